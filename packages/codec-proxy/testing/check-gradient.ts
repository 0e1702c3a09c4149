import { tf } from '@sandwich/engine';
import { expect } from 'vitest';

/** A repeatable direction: about uniform in [-1, 1], by the golden ratio. */
export const direction = (length: number, seed = 1): Float32Array =>
  Float32Array.from({ length }, (_, i) => 2 * (((i + 1) * 0.618034 + seed * 0.414214) % 1) - 1);

/** The pattern that the fixtures are made from: (13 i + 7 j + 40 c + 5 ((i j) mod 11) + shift) mod 256. */
export function pattern(height: number, width: number, channels: number, shift = 0): tf.Tensor4D {
  const pixels = Float32Array.from({ length: height * width * channels }, (_, index) => {
    const [i, j, c] = [Math.floor(index / channels / width), Math.floor(index / channels) % width, index % channels];
    return (13 * i + 7 * j + 40 * c + 5 * ((i * j) % 11) + shift) % 256;
  });
  return tf.tensor4d(pixels, [1, height, width, channels]);
}

/** Equal length, and every element within `tolerance`. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
      expect.fail(`element ${i}: ${actual[i]} is not within ${tolerance} of ${expected[i]}`);
    }
  }
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);

/**
 * Compares the gradient of <p, f(x)>, p fixed, along a direction v with the central difference (<p, f(x + e v)> - <p,
 * f(x - e v)>) / 2 e.
 */
export function checkGradient<T extends tf.Tensor = tf.Tensor4D>(
  f: (x: T) => tf.Tensor,
  x: T,
  { epsilon = 1, tolerance = 1e-3 }: { epsilon?: number; tolerance?: number } = {},
): void {
  tf.tidy(() => {
    const v = direction(x.size, 2);
    const p = direction(f(x).size, 3);
    const project = (y: tf.Tensor) => y.reshape([-1]).dot(tf.tensor1d(p)).asScalar();
    const analytic = dot(
      tf
        .grad((t: tf.Tensor) => project(f(t as T)))(x)
        .dataSync(),
      v,
    );
    const at = (step: number) => dot(f(x.add<T>(tf.tensor(v, x.shape).mul(step))).dataSync(), p);
    const numeric = (at(epsilon) - at(-epsilon)) / (2 * epsilon);
    expect(Math.abs(numeric)).toBeGreaterThan(0);
    expect(Math.abs(analytic - numeric) / Math.abs(numeric)).toBeLessThan(tolerance);
  });
}

/** Number of tensors that a call leaves behind, but for those it returns; measured on a second call. */
export function leakedTensors(call: () => tf.TensorContainer): number {
  tf.dispose(call());
  const before = tf.memory().numTensors;
  tf.dispose(call());
  return tf.memory().numTensors - before;
}
