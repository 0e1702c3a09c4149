import { tf } from '@sandwich/engine';

/** Applies a map of one-channel images, [N,H,W,1] to the same shape, to every channel of [B,H,W,C]. */
export function eachChannel(x: tf.Tensor4D, map: (planes: tf.Tensor4D) => tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const planes: tf.Tensor4D = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch * channels, height, width, 1]);
  return tf.transpose(tf.reshape(map(planes), [batch, channels, height, width]), [0, 2, 3, 1]);
}
