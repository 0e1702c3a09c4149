// For tests: the derivative of a function of tensors, by its gradient and by differences.

import { tf } from '../tf.js';

export type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Farther than this from its neighbours lies every value of `scattered`, and from zero by half of it. */
const spacing = ([low, high]: readonly [number, number], count: number) => (high - low) / count;

/** Evenly spaced values in shuffled order, the same for the same seed: none is zero, no two of them are equal. */
export function scattered(shape: readonly number[], seed: number, range: readonly [number, number] = [-2, 2]) {
  const count = tf.util.sizeFromShape([...shape]);
  const offset = 0.25 + 0.5 * ((seed * 0.618) % 1);
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (i, j) => Math.sin(i * 12.9898 + seed) - Math.sin(j * 12.9898 + seed),
  );
  const values = Float32Array.from(order, (rank) => range[0] + (rank + offset) * spacing(range, count));
  return tf.tensor(values, [...shape]);
}

const sum = (values: ArrayLike<number>, weights: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] * weights[i];
  return total;
};

/**
 * Derivative of `sum(w * f(inputs))` along a direction in one of the inputs: `[analytic, numeric]`. The numeric one is
 * the central difference of fourth order, summed in double precision:
 * (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h.
 */
export function derivatives(operation: Operation, inputs: tf.Tensor[], input: number, step = 1e-2): [number, number] {
  return tf.tidy(() => {
    const direction = scattered(inputs[input].shape, 7, [-1, 1]);
    const gradient = (dy: tf.Tensor) => tf.grad((x) => operation(...inputs.with(input, x)))(inputs[input], dy);
    const along = (distance: number) =>
      operation(...inputs.with(input, inputs[input].add(direction.mul(distance)))).dataSync();
    const dy = scattered(tf.tidy(() => operation(...inputs)).shape, 8, [-1, 1]);
    const weights = dy.dataSync();
    const difference = (h: number) => sum(along(h), weights) - sum(along(-h), weights);
    const numeric = (8 * difference(step) - difference(2 * step)) / (12 * step);
    return [sum(gradient(dy).dataSync(), direction.dataSync()), numeric];
  });
}
