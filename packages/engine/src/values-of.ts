import { tf } from './tf.js';

/**
 * Values of the tensor that `compute` makes; no tensor is kept. Typed arrays must not be returned from `tf.tidy`, which
 * searches each of their elements for tensors: for a picture that takes longer than a small network.
 *
 * @param compute makes a float32 tensor
 */
export function valuesOf(compute: () => tf.Tensor): Float32Array {
  const result = tf.tidy(compute);
  try {
    return result.dataSync<'float32'>();
  } finally {
    result.dispose();
  }
}
