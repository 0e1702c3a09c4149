import { tf } from '@sandwich/engine';

/**
 * Mean intersection over union of the pixels of a batch, over the classes that occur in truth or as found.
 *
 * @param scores [B,H,W,classes]
 * @param labels [B,H,W], int32; those of no class do not count
 */
export function meanIouOfBatch(scores: tf.Tensor4D, labels: tf.Tensor3D): tf.Scalar {
  return tf.tidy(() => {
    const classes = scores.shape[3];
    const oneHot = (of: tf.Tensor) => tf.cast(tf.oneHot(tf.reshape(tf.cast(of, 'int32'), [-1]), classes), 'float32');
    const truth = oneHot(labels);
    const known = tf.sum(truth, 1, true);
    const found = tf.mul(oneHot(tf.argMax(scores, 3)), known);
    const both = tf.sum(tf.mul(truth, found), 0);
    const either = tf.sub(tf.add(tf.sum(truth, 0), tf.sum(found, 0)), both);
    const occurs = tf.cast(tf.greater(either, 0), 'float32');
    return tf.div<tf.Scalar>(tf.sum(tf.divNoNan(both, either)), tf.sum(occurs));
  });
}
