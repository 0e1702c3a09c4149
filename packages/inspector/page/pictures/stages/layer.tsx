import type { ComponentChildren } from 'preact';
import type { ShownPicture } from '../../../src/inspection.js';
import type { Size } from '../../hooks/use-element-size.js';
import { useDevicePixel } from '../viewport/use-device-pixel.js';
import type { Placement } from '../viewport/viewport.js';

interface LayerProps {
  image: Size;
  placement: Placement;
  /** Share of the pane, from the left, in which it is not seen; 0 to 100. */
  clip?: number;
  children: ComponentChildren;
}

/** Something of the image's size, where the image lies. Enlarged pixels stay squares. */
export function Layer({ image, placement: { scale, x, y }, clip = 0, children }: LayerProps) {
  const enlarged = scale > useDevicePixel();
  return (
    <div class="layer" style={{ clipPath: clip > 0 ? `inset(0 0 0 ${clip}%)` : 'none' }}>
      <div
        class="frame"
        style={{
          width: `${image.width}px`,
          height: `${image.height}px`,
          transform: `translate(${x}px, ${y}px) scale(${scale})`,
          imageRendering: enlarged ? 'pixelated' : 'auto',
        }}
      >
        {children}
      </div>
    </div>
  );
}

/** A picture in a layer; one of lower resolution is enlarged to where it belongs. */
export function LayerPicture({ picture, label }: { picture: ShownPicture; label: string }) {
  const { source, width, height, scale } = picture;
  const size = { width: `${width * scale}px`, height: `${height * scale}px` };
  return <img src={source} alt={label} draggable={false} style={size} />;
}
