import { tf } from '@sandwich/engine';

/** The share of images whose label has the highest score. @param scores [B,classes] @param labels [B] */
export const topOne = (scores: tf.Tensor, labels: tf.Tensor): tf.Scalar =>
  tf.tidy(() => tf.mean<tf.Scalar>(tf.cast(tf.equal(tf.argMax(scores, -1), tf.cast(labels, 'int32')), 'float32')));
