import type { Picture } from '@sandwich/pictures';

/**
 * Halves both sides of a plane like `resize(…, 'bilinear', { antialias: true })`: weights 1 3 3 1, those that fall off
 * the plane dropped and the others scaled to sum to one. Odd sides are extended by their last row or column first.
 */
export const halvePlane = (plane: Picture<Float32Array, 1>): Picture<Float32Array, 1> =>
  halveRowsAndTranspose(halveRowsAndTranspose(plane));

function halveRowsAndTranspose({ data, width, height }: Picture<Float32Array, 1>): Picture<Float32Array, 1> {
  const half = Math.ceil(width / 2);
  const halved = new Float32Array(half * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < half; x++) {
      let sum = 0;
      let total = 0;
      for (let tap = Math.max(-1, -2 * x); tap <= 2 && 2 * x + tap < 2 * half; tap++) {
        const weight = tap === 0 || tap === 1 ? 3 : 1;
        sum += weight * data[y * width + Math.min(2 * x + tap, width - 1)];
        total += weight;
      }
      halved[x * height + y] = sum / total;
    }
  }
  return { data: halved, width: height, height: half, channels: 1 };
}
