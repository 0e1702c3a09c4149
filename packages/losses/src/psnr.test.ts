import { presentEngines, startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { mse } from './mse.js';
import { psnr } from './psnr.js';

beforeAll(async () => {
  await startEngine();
});

describe('psnr and mse', () => {
  it('are one value an image', () => {
    tf.tidy(() => {
      const a = tf.zeros<tf.Rank.R4>([3, 4, 5, 3]);
      const b = tf.tensor4d([1, 16, 0], [3, 1, 1, 1]).add<tf.Tensor4D>(a);
      expect(Array.from(mse(a, b).dataSync())).toEqual([1, 256, 0]);
      // 10 log10(255^2) = 48.1308 dB; 16 gray levels are 20 log10(16) = 24.0824 dB worse; 10 bits, 20 log10(1023) = 60.1975 dB.
      const [one, sixteen, none] = psnr(a, b).dataSync();
      expect(one).toBeCloseTo(48.1308, 3);
      expect(sixteen).toBeCloseTo(24.0484, 3);
      expect(none).toBe(Number.POSITIVE_INFINITY);
      expect(psnr(a, b, { peak: 1023 }).dataSync()[0]).toBeCloseTo(60.1975, 3);
    });
  });

  it.each(presentEngines())('psnr has a finite slope, also between equal images: %s', async (engine) => {
    await startEngine({ engine });
    tf.tidy(() => {
      // Equal; as little apart as float32 tells; apart by 1 and by 3: d/da -10 log10(mse) = -20 (a - b) / (ln 10 n mse).
      const b = tf.zeros<tf.Rank.R4>([4, 1, 2, 1]);
      const a = tf.tensor4d([0, 0, 1e-22, 0, 1, 1, 3, 0], [4, 1, 2, 1]);
      const slope = (x: tf.Tensor4D) =>
        tf
          .grad((x: tf.Tensor) => tf.sum(psnr(x as tf.Tensor4D, b)))(x)
          .dataSync();
      const expected = [0, 0, 0, 0, -10 / Math.LN10, -10 / Math.LN10, -20 / Math.LN10 / 3, 0];
      for (const [i, value] of slope(a).entries()) expect(value, `${i}`).toBeCloseTo(expected[i], 5);
      // The smallest differences that count.
      expect(slope(tf.fill([4, 1, 2, 1], 1e-18)).every(Number.isFinite)).toBe(true);
      expect(psnr(tf.fill([4, 1, 2, 1], Number.NaN), b).dataSync()[0]).toBeNaN();
    });
    await startEngine();
  });

  it('leave nothing behind', () => {
    const before = tf.memory().numTensors;
    const a = tf.zeros<tf.Rank.R4>([1, 2, 2, 1]);
    tf.dispose([a, psnr(a, a), mse(a, a)]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('say what is wrong', () => {
    tf.tidy(() => {
      const a = tf.zeros<tf.Rank.R4>([1, 2, 2, 1]);
      expect(() => psnr(a, tf.zeros([1, 2, 2, 3]))).toThrow('psnr: both images must be [B,H,W,C] of one shape');
      expect(() => mse(a, tf.zeros([1, 2, 3, 1]))).toThrow('mse: both images');
      expect(() => psnr(a, a, { peak: 0 })).toThrow('psnr: peak must be positive, got 0');
    });
  });
});
