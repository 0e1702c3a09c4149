import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { pattern, waves } from '../testing/images.js';
import { scaledLpips } from './lpips/scaled-lpips.js';
import { mse } from './mse.js';
import { type DistortionTerm, rateDistortionLoss } from './rate-distortion-loss.js';
import { ssim } from './ssim.js';

beforeAll(() => startEngine());

const inputs = () => ({
  prediction: pattern([16, 16, 3]),
  target: waves([16, 16, 3]),
  bottleneck: tf.fill<tf.Rank.R4>([1, 16, 16, 1], 260),
  rate: tf.tensor1d([512]),
  gamma: 30,
});

describe('rateDistortionLoss', () => {
  it('is the weighted sum of what it reports', () => {
    tf.tidy(() => {
      const given = inputs();
      const terms = {
        mse: { weight: 0.25, measure: mse },
        ssim: { weight: 100, measure: ssim },
        watched: { weight: 0, measure: (a: tf.Tensor4D, b: tf.Tensor4D) => tf.mul<tf.Tensor1D>(mse(a, b), 2) },
      };
      const values = Object.entries(rateDistortionLoss(given, terms)).map(([name, x]) => [name, x.dataSync()[0]]);
      const { loss, bpp, rangePenalty, ...measured } = Object.fromEntries(values);
      expect(Object.keys(measured)).toEqual(['mse', 'ssim', 'watched']);
      const error = mse(given.prediction, given.target).dataSync()[0];
      expect(measured.mse).toBeCloseTo(error, 2);
      expect(measured.watched / error).toBeCloseTo(2, 6);
      expect(bpp).toBe(2);
      // 256 values that are 5 above 255, of 768 samples.
      expect(rangePenalty).toBeCloseTo(((255 / 26.5) * 5 * 256) / 768, 4);
      expect(loss / (0.25 * error + 100 * measured.ssim + 30 * (2 / 3) + rangePenalty)).toBeCloseTo(1, 6);
    });
  });

  it('trains what has a weight only', () => {
    tf.tidy(() => {
      const given = inputs();
      const gradientOf = (terms: Record<string, DistortionTerm>) =>
        tf.grad((x) => rateDistortionLoss({ ...given, prediction: x as tf.Tensor4D }, terms).loss)(given.prediction);
      const alone = gradientOf({ mse: { weight: 1, measure: mse } });
      const watched = gradientOf({ mse: { weight: 1, measure: mse }, ssim: { weight: 0, measure: ssim } });
      expect(watched.dataSync()).toEqual(alone.dataSync());
      const expected = tf.mul(tf.sub(given.prediction, given.target), 2 / 768);
      expect(tf.max(tf.abs(tf.sub(alone, expected))).dataSync()[0]).toBeLessThan(1e-6);
    });
  });

  it('says what is wrong', () => {
    tf.tidy(() => {
      const term = { weight: 1, measure: mse };
      expect(() => rateDistortionLoss(inputs(), { mse: { ...term, weight: -1 } })).toThrow(
        'rateDistortionLoss: the weight of mse must be at least 0, got -1',
      );
      expect(() => rateDistortionLoss(inputs(), { bpp: term })).toThrow(
        'a distortion cannot be called bpp; loss, bpp, rangePenalty are taken',
      );
    });
  });
});

describe('scaledLpips', () => {
  it('multiplies', () => {
    tf.tidy(() => {
      const { prediction, target } = inputs();
      const doubled = scaledLpips(mse, 2)(prediction, target).dataSync()[0];
      expect(doubled / mse(prediction, target).dataSync()[0]).toBeCloseTo(2, 6);
      expect(() => scaledLpips(mse, 0)).toThrow('scaledLpips: the scale must be positive, got 0');
    });
  });
});
