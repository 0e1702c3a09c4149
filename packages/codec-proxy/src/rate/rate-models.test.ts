import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { direction, expectClose, leakedTensors } from '../../testing/tensors.js';
import { gaussianRate, geometricRate, jpegRate, logMagnitude } from './rate-models.js';

beforeAll(async () => {
  await startEngine();
});

const levels = (shape: [number, number, number, number], scale: number, seed = 5): tf.Tensor4D =>
  tf.tensor4d(
    direction(shape[0] * shape[1] * shape[2] * shape[3], seed).map((x) => x * scale),
    shape,
  );

describe('logMagnitude', () => {
  it('sums ln(1 + |q|) for each image', () => {
    const q = tf.tensor4d([0, 1, -3, 0, 0, 0, 0, -7], [2, 1, 1, 4]);
    expectClose(logMagnitude(q).dataSync(), [Math.log(2) + Math.log(4), Math.log(8)], 1e-5);
  });

  it('has gradient sign(q) / (1 + |q|), and 0 at 0', () => {
    const q = tf.tensor4d([0, 1, -3, 0], [1, 1, 1, 4]);
    const gradient = tf.grad((x: tf.Tensor) => logMagnitude(x as tf.Tensor4D))(q, tf.tensor1d([2]));
    expectClose(gradient.dataSync(), [0, 1, -0.5, 0], 1e-6);
    checkGradient(logMagnitude, levels([2, 3, 2, 4], 9), { step: 1e-2, tolerance: 1e-2 });
  });
});

describe('jpegRate', () => {
  // nz of the two images: ln 2 + ln 4 = ln 8, and 0.
  const q = (): tf.Tensor4D => tf.tensor4d([0, 1, -3, 0, 0, 0, 0, 0], [2, 1, 1, 4]);
  const slope = (Math.log(8) * 5000) / (Math.log(8) ** 2 + 1);

  it('is the slope through (nz, bits) times nz, 0 where all levels are', () => {
    expectClose(jpegRate([q()], [5000, 900]).dataSync(), [Math.log(8) * slope, 0], 1e-2);
  });

  it('holds the slope constant in the gradient', () => {
    const gradient = tf.grad((x: tf.Tensor) => jpegRate([x as tf.Tensor4D], [5000, 900]).sum())(q());
    expectClose(gradient.dataSync(), [0, slope / 2, -slope / 4, 0, 0, 0, 0, 0], 1e-2);
  });

  it('fits one slope to all planes together', () => {
    const [luma, chroma] = [levels([1, 4, 4, 64], 6), levels([1, 2, 2, 128], 4)];
    const nz = logMagnitude(luma).dataSync()[0] + logMagnitude(chroma).dataSync()[0];
    const rate = jpegRate([luma, chroma], [12_000]).dataSync()[0];
    expect(Math.abs(rate - (nz * nz * 12_000) / (nz * nz + 1))).toBeLessThan(0.02);
  });

  it('leaves no tensors behind', () => {
    const [luma, chroma] = [levels([1, 4, 4, 64], 6), levels([1, 2, 2, 128], 4)];
    expect(leakedTensors(() => jpegRate([luma, chroma], [100]))).toBe(0);
    expect(leakedTensors(() => tf.grad((x: tf.Tensor) => jpegRate([x as tf.Tensor4D], [100]))(luma))).toBe(0);
  });
});

describe('gaussianRate', () => {
  it('is the entropy of the standard deviation over the block rows', () => {
    // Two block rows, one column: frequency 0 is 3 or 7 (std 2), frequency 1 is constant, frequency 2 deviates too
    // little to cost bits.
    const q = tf.tensor4d([3, 5, 0.1, 7, 5, -0.1], [1, 2, 1, 3]);
    const bits = (Math.log(2) + 0.5 * Math.log(2 * Math.PI * Math.E)) / Math.LN2;
    expect(gaussianRate([q]).dataSync()[0]).toBeCloseTo(2 * bits, 4);
  });

  it('has the right gradient', () => {
    checkGradient((x) => gaussianRate([x]), levels([2, 4, 3, 5], 20), { step: 1e-2, tolerance: 1e-2 });
  });

  it('is 0 with gradient 0 for constants and for one row of blocks', () => {
    for (const q of [tf.fill([1, 4, 2, 64], 3) as tf.Tensor4D, levels([1, 1, 3, 64], 9)]) {
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => gaussianRate([x as tf.Tensor4D]))(q);
      expect(value.dataSync()[0]).toBe(0);
      expect([...grad.dataSync()].every((g) => g === 0)).toBe(true);
    }
  });
});

describe('geometricRate', () => {
  it('is the entropy of geometric magnitudes and of their signs', () => {
    for (const r of [0.05, 0.5, 0.95]) {
      let entropy = 0;
      for (let k = 0; k < 2000; k++) {
        const p = (1 - r) * r ** k;
        if (p > 0) entropy -= p * Math.log2(p) - (k > 0 ? p : 0);
      }
      const mean = r / (1 - r);
      // two images of 3 x 5 blocks, two frequencies: one with that mean, one all zeros
      const q = tf.tensor4d(
        Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? (i % 4 === 0 ? mean : -mean) : 0)),
        [2, 3, 5, 2],
      );
      for (const bits of geometricRate([q]).dataSync()) expect(bits / (15 * entropy)).toBeCloseTo(1, 2);
    }
  });

  it('adds planes up', () => {
    const [a, b] = [levels([2, 3, 2, 4], 9), levels([2, 1, 2, 4], 3)];
    const sum = geometricRate([a]).add(geometricRate([b]));
    expectClose(geometricRate([a, b]).dataSync(), sum.dataSync(), 1e-3);
  });

  it('has the right gradient, and a finite one at 0', () => {
    // away from 0, where magnitudes have a kink
    const q = levels([2, 4, 3, 5], 20);
    checkGradient((x) => geometricRate([x]), q.add<tf.Tensor4D>(q.sign()), { step: 0.2, tolerance: 1e-2 });
    const gradient = tf.grad((x: tf.Tensor) => geometricRate([x as tf.Tensor4D]).sum())(tf.zeros([1, 2, 2, 64]));
    expect(gradient.dataSync().every((g) => g === 0)).toBe(true);
  });
});
