import { tf } from '@sandwich/engine';
import { EPSILON } from '../fold-batch-norm.js';

/** Variables of a batch normalisation, one value per channel: two are trained, two are statistics. */
export interface BatchNormVariables {
  weight: tf.Variable;
  bias: tf.Variable;
  mean: tf.Variable;
  variance: tf.Variable;
}

/** Share of a batch in the statistics; PyTorch's default. */
const MOMENTUM = 0.1;

/**
 * Normalises each channel by the statistics of the batch, and moves those that are kept, as PyTorch's `BatchNorm2d` does; or, where nothing is
 * trained, by those that are kept.
 *
 * Source: S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift", 2015.
 */
export function batchNorm(
  x: tf.Tensor4D,
  { weight, bias, mean, variance }: BatchNormVariables,
  isTraining: boolean,
): tf.Tensor4D {
  if (!isTraining) {
    return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, bias as tf.Tensor1D, weight as tf.Tensor1D, EPSILON); // biome-ignore format: one call
  }
  const moments = tf.moments(x, [0, 1, 2]) as { mean: tf.Tensor1D; variance: tf.Tensor1D };
  const count = x.size / x.shape[3];
  const move = (kept: tf.Variable, batch: tf.Tensor) => kept.assign(kept.mul(1 - MOMENTUM).add(batch.mul(MOMENTUM)));
  move(mean, moments.mean);
  // The variance that is kept is the unbiased one.
  move(variance, moments.variance.mul(count / Math.max(1, count - 1)));
  return tf.batchNorm(x, moments.mean, moments.variance, bias as tf.Tensor1D, weight as tf.Tensor1D, EPSILON);
}
