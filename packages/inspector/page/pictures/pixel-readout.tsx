import type { Comparison } from './comparison.js';
import { usePixels } from './use-pixels.js';
import type { Point } from './viewport/viewport.js';

interface PixelReadoutProps extends Pick<Comparison, 'left' | 'right' | 'image'> {
  pixel: Point;
}

/** Where the pointer is on the image, and the samples of both pictures there. */
export function PixelReadout({ left: a, right: b, image, pixel: { x, y } }: PixelReadoutProps) {
  const pixels = usePixels(a.picture, b.picture, image);
  const at = 4 * (y * image.width + x);
  return (
    <span class="readout">
      {x}, {y}
      {pixels?.map(({ data }, i) => (
        <span key={i}>
          {' '}
          · {(i === 0 ? a : b).label} {[...data.subarray(at, at + 3)].join(' ')}
        </span>
      ))}
    </span>
  );
}
