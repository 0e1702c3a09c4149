import { tf } from '@sandwich/engine';

/**
 * Cross entropy of scores and labels in nats: -log softmax(scores)[label], the mean over the labels of an image.
 *
 * @param logits [B,classes], or [B,H,W,classes] for labels of pixels
 * @param labels [B] or [B,H,W], int32. Those of no class count as unknown, such as 255 for the borders in segmentations.
 * @returns [B]; NaN for an image without a known label. Differentiable to the scores.
 * @throws RangeError when the shapes do not fit
 */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor1D {
  const places = logits.shape.slice(0, -1);
  if (logits.rank < 2 || `${labels.shape}` !== `${places}`) {
    throw new RangeError(
      `crossEntropy: labels of shape [${labels.shape}] do not fit scores of shape [${logits.shape}]; expected [${places}]`,
    );
  }
  return tf.tidy(() => {
    const classes = logits.shape.at(-1)!;
    const chosen = tf.oneHot(tf.cast(labels, 'int32'), classes);
    const inner = logits.shape.slice(1).map((_, i) => i + 1);
    const likelihoods = tf.sum<tf.Tensor1D>(tf.mul(tf.logSoftmax(logits), chosen), inner);
    return tf.neg(tf.div<tf.Tensor1D>(likelihoods, tf.sum<tf.Tensor1D>(tf.cast(chosen, 'float32'), inner)));
  });
}
