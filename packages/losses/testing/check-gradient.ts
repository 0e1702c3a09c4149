import { tf } from '@sandwich/engine';
import { expect } from 'vitest';

/** A repeatable direction: about uniform in [-1, 1], by the golden ratio. */
const direction = (shape: number[]): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => 2 * (((i + 1) * 0.618034) % 1) - 1),
    shape,
  );

/**
 * Compares the gradient g of sum(f(x)) along a direction v with the central difference (f(x + e v) - f(x - e v)) / 2 e; v is
 * arbitrary but for a part along g, so that the difference stands out of float32's rounding.
 */
export function checkGradient(
  f: (x: tf.Tensor4D) => tf.Tensor,
  x: tf.Tensor4D,
  { epsilon = 0.3, tolerance = 1e-2 }: { epsilon?: number; tolerance?: number } = {},
): void {
  const [slope, numeric] = tf.tidy(() => {
    const value = (at: tf.Tensor) => tf.sum<tf.Scalar>(f(at as tf.Tensor4D));
    const gradient = tf.grad(value)(x);
    const v = tf.add(direction(x.shape), tf.div(gradient, tf.max(tf.abs(gradient))));
    const ahead = value(tf.add(x, tf.mul(v, epsilon))).dataSync()[0];
    const behind = value(tf.sub(x, tf.mul(v, epsilon))).dataSync()[0];
    return [tf.sum(tf.mul(gradient, v)).dataSync()[0], (ahead - behind) / (2 * epsilon)];
  });
  expect(Math.abs(slope / numeric - 1)).toBeLessThan(tolerance);
}
