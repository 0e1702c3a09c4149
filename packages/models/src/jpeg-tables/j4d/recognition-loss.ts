import { tf } from '@sandwich/engine';
import type { Recogniser } from '../../classifiers/recogniser.js';

/**
 * What recognisers lose by a codec, in nats: the mean over them and the images of the cross entropy with the labels, or of the divergence of
 * their scores from those of the images themselves (distillation, which needs no labels).
 *
 * @returns a function of what the codec makes of the images: `task`, and `accuracy`, the share of images whose label is the most likely, the mean over
 * the recognisers
 */
export function recognitionLoss(
  recognisers: readonly Recogniser[],
  { images, labels }: { images: tf.Tensor4D; labels: tf.Tensor },
  target: 'scores' | 'labels',
): (decoded: tf.Tensor4D) => { task: tf.Scalar; accuracy: tf.Scalar } {
  const judges = recognisers.map((recogniser) => {
    const wanted = target === 'scores' ? recogniser.apply(images) : undefined;
    return (decoded: tf.Tensor4D) => {
      const scores = recogniser.apply(decoded);
      const right = tf.equal(tf.argMax(scores, -1), labels.toInt()).toFloat();
      const loss = wanted ? divergence(wanted, scores) : recogniser.loss(scores, labels);
      return { task: loss.mean(), accuracy: right.mean() };
    };
  });
  return (decoded) =>
    tf.tidy(() => {
      const each = judges.map((judge) => judge(decoded));
      const mean = (key: 'task' | 'accuracy') => tf.addN(each.map((one) => one[key])).div(each.length) as tf.Scalar;
      return { task: mean('task'), accuracy: mean('accuracy') };
    });
}

/** Kullback-Leibler divergence of the classes by one set of scores from those by another, [B]. */
function divergence(wanted: tf.Tensor, got: tf.Tensor): tf.Tensor {
  const logarithms = tf.logSoftmax(wanted);
  return tf.sum(tf.exp(logarithms).mul(logarithms.sub(tf.logSoftmax(got))), -1);
}
