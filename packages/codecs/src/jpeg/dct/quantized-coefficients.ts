import type { Picture } from '@sandwich/pictures';
import { zigzagRank } from '../zigzag.js';
import { forwardDct } from './forward-dct.js';

/**
 * Transforms and quantises a plane whose sides are multiples of 8.
 *
 * A coefficient is divided by its step and rounded, halves away from zero, as in libjpeg. The transform is 8 times too large, so that
 * with h = 4 step the level of c is sign(c) floor((|c| + h) / 2h): zero, as most are, where |c| < h.
 *
 * @param table 64 steps, row by row
 * @returns levels, 64 a block in zigzag order, blocks row by row
 */
export function quantizedCoefficients(plane: Picture<Uint8Array, 1>, table: Uint8Array): Int16Array {
  const { width, height } = plane;
  const levels = new Int16Array(width * height);
  const halfSteps = Int32Array.from(table, (step) => 4 * step);
  const block = new Int32Array(64);
  let target = 0;
  for (let y = 0; y < height; y += 8) {
    for (let x = 0; x < width; x += 8) {
      forwardDct(plane, y * width + x, block);
      for (let place = 0; place < 64; place++) {
        const coefficient = block[place];
        const half = halfSteps[place];
        if (coefficient < half && coefficient > -half) continue;
        const level = ((Math.abs(coefficient) + half) / (2 * half)) | 0;
        levels[target + zigzagRank[place]] = coefficient < 0 ? -level : level;
      }
      target += 64;
    }
  }
  return levels;
}
