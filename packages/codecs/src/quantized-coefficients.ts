import { forwardDct } from './forward-dct.js';
import type { SamplePlane } from './sample-plane.js';
import { zigzagRank } from './zigzag.js';

/**
 * Transforms and quantises a plane whose sides are multiples of 8.
 *
 * A coefficient is divided by its step and rounded, halves away from zero, as in libjpeg. The transform is 8 times too large, so that
 * with d = 8 step the level of c is sign(c) floor((|c| + d/2) / d): zero, as most are, where |c| < d/2. Multiplication by 1/d stands
 * for the division: numerators are integers, so half a unit added to them moves no quotient past an integer but keeps the rounding
 * error of 1/d from doing so.
 *
 * @param table 64 steps, row by row
 * @returns levels, 64 a block in zigzag order, blocks row by row
 */
export function quantizedCoefficients(plane: SamplePlane, table: Uint8Array): Int16Array {
  const { width, height } = plane;
  const levels = new Int16Array(width * height);
  const leastCoded = Int32Array.from(table, (step) => 4 * step);
  const bias = Float64Array.from(table, (step) => 4 * step + 0.5);
  const reciprocal = Float64Array.from(table, (step) => 1 / (8 * step));
  const block = new Int32Array(64);
  let target = 0;
  for (let y = 0; y < height; y += 8) {
    for (let x = 0; x < width; x += 8) {
      forwardDct(plane, y * width + x, block);
      for (let place = 0; place < 64; place++) {
        const coefficient = block[place];
        const magnitude = coefficient < 0 ? -coefficient : coefficient;
        if (magnitude < leastCoded[place]) continue;
        const level = ((magnitude + bias[place]) * reciprocal[place]) | 0;
        levels[target + zigzagRank[place]] = coefficient < 0 ? -level : level;
      }
      target += 64;
    }
  }
  return levels;
}
