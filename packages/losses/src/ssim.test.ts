import { presentEngines, startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { pattern, waves } from '../testing/images.js';
import { msSsim, ssimAndMsSsim } from './ms-ssim.js';
import { ssim } from './ssim.js';

/** `a` with an error in the shape of another image. */
const disturbed = (a: tf.Tensor4D, by: tf.Tensor4D, amount: number) =>
  tf.add<tf.Tensor4D>(a, tf.mul(tf.sub(by, 128), amount));

// Expected: the definition in numpy, float64, one 11x11 window at a time.
describe.each(presentEngines())('ssim and msSsim on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it.each([
    [[11, 11, 1], 0.33873464669711606, 0.9802916207440623, 0.9802931162279763],
    [[16, 23, 3], 0.05989119633559734, 0.988567558534149, 0.988568599399645],
    [[20, 13, 2], 0.09681270535898545, 0.976334785673125, 0.9763367754576648],
  ] as const)('ssim of %j', (shape, far, near, tenBits) => {
    tf.tidy(() => {
      const a = pattern(shape);
      const b = waves(shape);
      const clipped = tf.clipByValue(disturbed(a, b, 0.3), 0, 255);
      expect(ssim(a, b).dataSync()[0]).toBeCloseTo(far, 4);
      expect(ssim(a, clipped).dataSync()[0]).toBeCloseTo(near, 4);
      const unit = [a, clipped].map((image) => tf.div<tf.Tensor4D>(image, 255));
      expect(ssim(unit[0], unit[1], { maxValue: 1 }).dataSync()[0]).toBeCloseTo(near, 4);
      expect(ssim(tf.mul(a, 4), tf.mul(clipped, 4), { maxValue: 1023 }).dataSync()[0]).toBeCloseTo(tenBits, 4);
    });
  });

  it.each([
    [[161, 161, 1], 0.8619637897248833, 0.9296297517181715],
    [[163, 170, 3], 0.8610465152076495, 0.9293975740307969],
  ] as const)('msSsim of %j', (shape, shifted, noisy) => {
    tf.tidy(() => {
      const a = waves(shape);
      expect(msSsim(a, waves(shape, 0.5)).dataSync()[0]).toBeCloseTo(shifted, 4);
      expect(msSsim(a, disturbed(a, pattern(shape), 0.2)).dataSync()[0]).toBeCloseTo(noisy, 4);
    });
  });

  it('are one value an image, 1 where nothing differs', () => {
    tf.tidy(() => {
      const a = waves([161, 161, 1]);
      const batch = tf.concat([a, a], 0) as tf.Tensor4D;
      const other = tf.concat([a, disturbed(a, pattern([161, 161, 1]), 0.2)], 0) as tf.Tensor4D;
      for (const measure of [ssim, msSsim]) {
        const [same, different] = measure(batch, other).dataSync();
        expect(same).toBeCloseTo(1, 6);
        expect(different).toBeCloseTo(measure(a, other.slice(1)).dataSync()[0], 6);
        expect(different).toBeLessThan(0.95);
      }
      const both = ssimAndMsSsim(batch, other);
      expect(both.ssim.arraySync()).toEqual(ssim(batch, other).arraySync());
      expect(both.msSsim.arraySync()).toEqual(msSsim(batch, other).arraySync());
    });
  });

  it('msSsim is 0 and flat where structure is inverted', () => {
    tf.tidy(() => {
      const a = waves([161, 161, 1]);
      const inverted = tf.sub<tf.Tensor4D>(255, a);
      expect(msSsim(a, inverted).dataSync()[0]).toBe(0);
      const gradient = tf.grad((b) => msSsim(a, b as tf.Tensor4D).sum() as tf.Scalar)(inverted);
      expect(gradient.abs().max().dataSync()[0]).toBe(0);
    });
  });

  it('have the slope of the central difference, to both images', () => {
    tf.tidy(() => {
      const small = pattern([17, 19, 2]);
      const other = disturbed(small, waves([17, 19, 2]), 0.5);
      checkGradient((x) => ssim(x, other), small, { step: 0.6, tolerance: 1e-2, direction: 'gradient' });
      checkGradient((x) => ssim(small, x), other, { step: 0.6, tolerance: 1e-2, direction: 'gradient' });
      const large = waves([163, 161, 1]);
      const noisy = disturbed(large, pattern([163, 161, 1]), 0.3);
      checkGradient((x) => msSsim(large, x), noisy, { step: 0.6, tolerance: 1e-2, direction: 'gradient' });
      checkGradient((x) => msSsim(x, noisy), large, { step: 0.6, tolerance: 1e-2, direction: 'gradient' });
    });
  });

  it('leave nothing behind', () => {
    const before = tf.memory().numTensors;
    const a = waves([161, 161, 1]);
    tf.dispose([a, ssim(a, a), msSsim(a, a)]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('ssim and msSsim', () => {
  beforeAll(() => startEngine());

  it('see large images in strips as a whole', () => {
    tf.tidy(() => {
      const [height, width, cut] = [1101, 1000, 450];
      const a = waves([height, width, 1]);
      const b = disturbed(a, pattern([height, width, 1]), 0.2);
      const rowsOf = (image: tf.Tensor4D, top: number, rows: number) =>
        tf.slice(image, [0, top, 0, 0], [1, rows, -1, -1]);
      // Two halves that share ten rows have all the windows between them.
      const halves = [
        { top: 0, rows: cut },
        { top: cut - 10, rows: height - cut + 10 },
      ].map(({ top, rows }) => ({
        windows: rows - 10,
        value: ssim(rowsOf(a, top, rows), rowsOf(b, top, rows)).dataSync()[0],
      }));
      const expected = halves.reduce((sum, { windows, value }) => sum + windows * value, 0) / (height - 10);
      expect(ssim(a, b).dataSync()[0]).toBeCloseTo(expected, 5);
      expect(ssimAndMsSsim(a, b).ssim.dataSync()[0]).toBeCloseTo(expected, 5);
    });
  });

  it('say what is wrong', () => {
    tf.tidy(() => {
      const a = waves([160, 200, 1]);
      expect(() => msSsim(a, a)).toThrow('msSsim: images must be at least 161 x 161, got 160 x 200');
      expect(() => ssim(waves([20, 10, 1]), waves([20, 10, 1]))).toThrow(
        'ssim: images must be at least 11 x 11, got 20 x 10',
      );
      expect(() => ssim(a, waves([160, 200, 3]))).toThrow('ssim: both images must be [B,H,W,C] of one shape');
      expect(() => ssim(a, a, { maxValue: 0 })).toThrow('ssim: maxValue must be positive, got 0');
      expect(() => msSsim(a, a, { maxValue: Number.NaN })).toThrow('msSsim: maxValue must be positive, got NaN');
    });
  });
});
