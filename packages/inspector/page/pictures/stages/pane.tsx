import type { ComponentChildren } from 'preact';
import type { Size } from '../../hooks/use-element-size.js';
import { useElementSize } from '../../hooks/use-element-size.js';
import { useDevicePixel } from '../viewport/use-device-pixel.js';
import { useGestures } from '../viewport/use-gestures.js';
import {
  imagePoint,
  moved,
  type Placement,
  type Point,
  placementOf,
  type Viewport,
  zoomedAt,
} from '../viewport/viewport.js';

export interface View {
  viewport: Viewport;
  /** A change of the viewport, to be made of what it is by then. */
  onViewport(change: (before: Viewport) => Viewport): void;
  /** The pixel below the pointer. */
  onPixel(pixel: Point | null): void;
  image: Size;
}

interface PaneProps extends View {
  label: string;
  /** What lies on the image, given where that is. */
  children(placement: Placement, pane: Size): ComponentChildren;
  /** What lies on the pane. */
  overlay?: ComponentChildren;
}

/** Share of the pane by which an arrow key moves. */
const STRIDE = 0.1;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** A window on an image: zoomed and moved by mouse, fingers and keys. */
export function Pane({ label, children, overlay, viewport, onViewport, onPixel, image }: PaneProps) {
  const [ref, size] = useElementSize<HTMLDivElement>();
  const pixel = useDevicePixel();
  const pane = size && size.width > 0 && size.height > 0 ? size : null;
  const placement = pane && placementOf(viewport, image, pane, pixel);

  useGestures(ref, {
    onZoom: (factor, point) => pane && onViewport((before) => zoomedAt(before, factor, point, image, pane)),
    onMove: (by) => pane && onViewport((before) => moved(before, by, image, pane)),
    onHover: (point) => {
      const at = point && placement && imagePoint(placement, point);
      const inside = at && at.x >= 0 && at.y >= 0 && at.x < image.width && at.y < image.height;
      onPixel(inside ? { x: Math.floor(at.x), y: Math.floor(at.y) } : null);
    },
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = ARROWS[event.key];
    if (!direction || !pane || event.target !== event.currentTarget) return;
    event.preventDefault();
    const by = { x: direction[0] * STRIDE * pane.width, y: direction[1] * STRIDE * pane.height };
    onViewport((before) => moved(before, by, image, pane));
  };

  return (
    <div class="pane-box">
      <div
        ref={ref}
        class="pane"
        role="application"
        aria-label={label}
        aria-roledescription="image"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the image
        tabIndex={0}
        data-fitting={viewport.scale === null}
        onKeyDown={onKeyDown}
      >
        {placement && children(placement, pane)}
      </div>
      {overlay}
    </div>
  );
}
