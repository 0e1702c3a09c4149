import { tf } from '@sandwich/engine';
import type { WeighedDistortion } from '@sandwich/losses';

/**
 * The weighed sum of distortions, and each of them before it is weighed, all means over the images.
 *
 * @param prediction [B, H, W, C]
 * @param target of the same shape
 */
export function weighDistortions(
  terms: Readonly<Record<string, WeighedDistortion>>,
  prediction: tf.Tensor4D,
  target: tf.Tensor4D,
): { distortion: tf.Scalar; means: Record<string, tf.Scalar> } {
  const means: Record<string, tf.Scalar> = {};
  const parts: tf.Scalar[] = [];
  for (const [name, { weight, measure }] of Object.entries(terms)) {
    means[name] = tf.mean<tf.Scalar>(measure(prediction, target));
    if (weight !== 0) parts.push(means[name].mul<tf.Scalar>(weight));
  }
  return { distortion: tf.addN<tf.Scalar>(parts), means };
}
