import type { Picture } from '@sandwich/pictures';
import { zigzagRank } from '../zigzag.js';
import { forwardDct } from './forward-dct.js';

/**
 * Transforms a plane whose sides are multiples of 8.
 *
 * @returns 8 times the coefficients of the orthonormal transform, 64 a block in zigzag order, blocks row by row
 */
export function dctCoefficients(plane: Picture<Uint8Array, 1>): Int16Array {
  const { width, height } = plane;
  const coefficients = new Int16Array(width * height);
  const block = new Int32Array(64);
  let target = 0;
  for (let y = 0; y < height; y += 8) {
    for (let x = 0; x < width; x += 8, target += 64) {
      forwardDct(plane, y * width + x, block);
      for (let place = 0; place < 64; place++) coefficients[target + zigzagRank[place]] = block[place];
    }
  }
  return coefficients;
}
