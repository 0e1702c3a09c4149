import { tf } from '@sandwich/engine';
import type { WeighedDistortion } from './rate-distortion-loss.js';

/** Distortions as a loss has them. */
export interface WeighedMeans<Name extends string = string> {
  /** Each distortion before it is weighed, its mean over the images. */
  means: Record<Name, tf.Scalar>;
  /** The means times their weights, without those of weight 0: what a loss adds up. */
  weighed: tf.Scalar[];
}

/**
 * Measures distortions and weighs them.
 *
 * @param distortions by name
 * @param prediction [B, H, W, C]
 * @param target of the same shape
 */
export function weighDistortions<Name extends string>(
  distortions: Readonly<Record<Name, WeighedDistortion>>,
  prediction: tf.Tensor4D,
  target: tf.Tensor4D,
): WeighedMeans<Name> {
  const means: Record<string, tf.Scalar> = {};
  const weighed: tf.Scalar[] = [];
  for (const [name, { weight, measure }] of Object.entries<WeighedDistortion>(distortions)) {
    means[name] = tf.mean<tf.Scalar>(measure(prediction, target));
    if (weight !== 0) weighed.push(tf.mul(means[name], weight));
  }
  return { means, weighed };
}
