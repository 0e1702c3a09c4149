import { tf } from '@sandwich/engine';

/** Splits along the last axis. A single part is the tensor itself: the gradient of `tf.split` fails on it. */
export function splitChannels(x: tf.Tensor4D, counts: number[]): tf.Tensor4D[] {
  return counts.length === 1 ? [x] : tf.split<tf.Tensor4D>(x, counts, 3);
}
