import { tf } from '../tf.js';

/**
 * A tensor of evenly spaced values in shuffled order, the same for the same seed. No two values are equal and none is zero, so that few functions
 * have a corner there.
 *
 * @param range the least and the largest value lie within it
 */
export function scattered(
  shape: readonly number[],
  seed: number,
  [low, high]: readonly [number, number] = [-2, 2],
): tf.Tensor {
  const count = tf.util.sizeFromShape([...shape]);
  const offset = 0.25 + 0.5 * ((seed * 0.618) % 1);
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (i, j) => Math.sin(i * 12.9898 + seed) - Math.sin(j * 12.9898 + seed),
  );
  const values = Float32Array.from(order, (rank) => low + (rank + offset) * ((high - low) / count));
  return tf.tensor(values, [...shape]);
}
