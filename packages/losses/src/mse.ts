import { tf } from '@sandwich/engine';
import { checkImagePair } from './check-image-pair.js';

/**
 * Mean squared error of each image.
 *
 * @param a [B,H,W,C]
 * @param b [B,H,W,C]
 * @returns [B], in squared gray levels. Differentiable.
 * @throws RangeError when the shapes differ.
 */
export function mse(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor1D {
  checkImagePair('mse', a, b);
  return tf.tidy(() => tf.mean<tf.Tensor1D>(tf.squaredDifference(a, b), [1, 2, 3]));
}
