// TFJS's batch normalization in training makes some twenty kernels: one, where the engine has it.

import { hasKernel, runKernels } from '../gradients/gradient.js';
import type { tf } from '../tf.js';

interface Weight {
  read(): tf.Tensor;
  write(value: tf.Tensor): unknown;
}

/** What is used of TFJS's `BatchNormalization` beyond its public types. */
export interface BatchNormalization {
  axis: number;
  epsilon: number;
  momentum: number;
  scale: boolean;
  center: boolean;
  gamma?: Weight;
  beta?: Weight;
  movingMean: Weight;
  movingVariance: Weight;
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor;
}

/** Normalizes by the moments of the batch, and moves those of the layer; null where it has to be TFJS's layer. */
export function normalizeBatch(layer: BatchNormalization, inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | null {
  const [x, ...others] = [inputs].flat();
  const isLast = layer.axis === -1 || layer.axis === x.rank - 1;
  const fits = others.length === 0 && isLast && x.rank > 1 && x.rank <= 4 && x.size > 0 && x.dtype === 'float32';
  if (!fits || !hasKernel('BatchNormTraining')) return null;
  const { gamma, beta, movingMean, movingVariance, epsilon, momentum } = layer;
  const weights = { movingMean: movingMean.read(), movingVariance: movingVariance.read() };
  const kernelInputs = { x, scale: gamma?.read(), offset: beta?.read(), ...weights };
  const [y, mean, variance] = runKernels('BatchNormTraining', kernelInputs, { epsilon, momentum });
  movingMean.write(mean);
  movingVariance.write(variance);
  return y;
}
