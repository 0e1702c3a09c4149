import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { pattern } from '../../testing/tensors.js';
import { blockDct, dctBasis, inverseBlockDct } from './dct.js';

beforeAll(async () => {
  await startEngine();
});

describe('blockDct', () => {
  it('has an orthonormal basis', () => {
    for (let a = 0; a < 64; a++) {
      for (let b = 0; b < 64; b++) {
        let product = 0;
        for (let i = 0; i < 64; i++) product += dctBasis[i * 64 + a] * dctBasis[i * 64 + b];
        expect(product).toBeCloseTo(a === b ? 1 : 0, 6);
      }
    }
  });

  it('equals the formula of ITU-T T.81, block by block and channel by channel', () => {
    // F[v, u] = a(u) a(v) / 4 sum f[y, x] cos((2x + 1) u pi / 16) cos((2y + 1) v pi / 16), a(0) = 1 / sqrt 2 (A.3.3)
    const image = pattern(16, 24, 2);
    const pixels = image.arraySync()[0];
    const coefficients = blockDct(image).arraySync()[0];
    const a = (k: number) => (k === 0 ? Math.SQRT1_2 : 1);
    for (const [row, column, channel, v, u] of [
      [0, 0, 0, 0, 0],
      [0, 2, 1, 0, 3],
      [1, 1, 0, 5, 2],
      [1, 2, 1, 7, 7],
      [1, 0, 1, 1, 0],
    ]) {
      let sum = 0;
      for (let y = 0; y < 8; y++) {
        for (let x = 0; x < 8; x++) {
          const cosines = Math.cos(((2 * x + 1) * u * Math.PI) / 16) * Math.cos(((2 * y + 1) * v * Math.PI) / 16);
          sum += pixels[8 * row + y][8 * column + x][channel] * cosines;
        }
      }
      expect(coefficients[row][column][64 * channel + 8 * v + u]).toBeCloseTo((a(u) * a(v) * sum) / 4, 2);
    }
  });

  it('is undone by its inverse', () => {
    const images = tf.concat([pattern(16, 8, 3), pattern(16, 8, 3, 50)], 0);
    const error = inverseBlockDct(blockDct(images)).sub(images).abs().max().dataSync()[0];
    expect(error).toBeLessThan(1e-3);
  });

  it('has the right gradients', () => {
    const image = pattern(8, 16, 2);
    checkGradient(blockDct, image, { step: 1 });
    checkGradient(inverseBlockDct, blockDct(image), { step: 1 });
  });
});
