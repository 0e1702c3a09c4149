import { straightThrough } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';

/** floor(x / 2^bits) with the gradient of x / 2^bits: what an 8-bit codec can take of a deeper image. */
export function truncateBits(x: tf.Tensor4D, bits: number): tf.Tensor4D {
  if (bits === 0) return x;
  return tf.tidy(() => straightThrough(tf.div<tf.Tensor4D>(x, 2 ** bits), tf.floor));
}

/** x 2^bits + 2^bits / 2: the middle of the values that `truncateBits` maps to x. */
export function expandBits(x: tf.Tensor4D, bits: number): tf.Tensor4D {
  if (bits === 0) return x;
  return tf.tidy(() => tf.add(tf.mul(x, 2 ** bits), 2 ** bits / 2));
}
