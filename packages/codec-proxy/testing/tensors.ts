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

/** Number of tensors that a call leaves behind, but for those it returns; measured on a second call. */
export function leakedTensors(call: () => tf.TensorContainer): number {
  tf.dispose(call());
  const before = tf.memory().numTensors;
  tf.dispose(call());
  return tf.memory().numTensors - before;
}
