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

/**
 * Derivative of the gradients of `sum(dy * f(inputs))` along a direction in all inputs at once: `[analytic, numeric]`, a product
 * of the Hessian matrix with a vector on both sides. Half the squares of the inputs are added, so that there is a path where f
 * is linear.
 */
export function secondDerivatives(operation: Operation, inputs: tf.Tensor[], step = 2e-3): [number, number] {
  return tf.tidy(() => {
    const dy = scattered(tf.tidy(() => operation(...inputs)).shape, 8, [-1, 1]);
    const directions = inputs.map(({ shape }, i) => scattered(shape, 11 + i, [-1, 1]));
    const weights = inputs.map(({ shape }, i) => scattered(shape, 21 + i, [-1, 1]));
    const gradients = (xs: tf.Tensor[]) => tf.grads(operation)(xs, dy);
    const slope = (...xs: tf.Tensor[]) =>
      tf.addN([
        ...gradients(xs).map((gradient, i) => tf.sum(tf.mul(gradient, weights[i]))),
        ...xs.map((x) => tf.mul(tf.sum(tf.square(x)), 0.5)),
      ]);
    const at = (distance: number) => {
      const xs = inputs.map((x, i) => x.add(directions[i].mul(distance)));
      return gradients(xs).reduce(
        (total, gradient, i) =>
          total + sum(gradient.dataSync(), weights[i].dataSync()) + 0.5 * sum(xs[i].dataSync(), xs[i].dataSync()),
        0,
      );
    };
    const numeric = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
    const analytic = tf.grads(slope)(inputs).reduce((total, gradient, i) => total + sum(gradient.dataSync(), directions[i].dataSync()), 0); // biome-ignore format: one sum
    return [analytic, numeric];
  });
}
