import { tf } from '../tf.js';
import { dot } from './dot.js';
import { scattered } from './scattered.js';

export type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

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
          total + dot(gradient.dataSync(), weights[i].dataSync()) + 0.5 * dot(xs[i].dataSync(), xs[i].dataSync()),
        0,
      );
    };
    const numeric = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
    const analytic = tf.grads(slope)(inputs).reduce((total, gradient, i) => total + dot(gradient.dataSync(), directions[i].dataSync()), 0); // biome-ignore format: one sum
    return [analytic, numeric];
  });
}
