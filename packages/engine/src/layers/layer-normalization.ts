// TFJS's layer normalization copies its moments and weights to the size of the input: one kernel, where the engine has it.

import { hasKernel, runKernels } from '../gradients/gradient.js';
import type { tf } from '../tf.js';

/** What is used of TFJS's `LayerNormalization` beyond its public types. */
export interface LayerNormalization {
  axis: number[];
  epsilon: number;
  gamma?: { read(): tf.Tensor } | null;
  beta?: { read(): tf.Tensor } | null;
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor;
}

/** Normalizes along the last axes; null where it has to be TFJS's layer. */
export function normalizeLayer(layer: LayerNormalization, inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | null {
  const [x, ...others] = [inputs].flat();
  const { axis, gamma, beta, epsilon } = layer;
  const areLast = axis.every((at, i) => at === x.rank - axis.length + i);
  const fits = others.length === 0 && areLast && x.size > 0 && x.dtype === 'float32';
  if (!fits || !hasKernel('LayerNorm')) return null;
  const kernelInputs = { x, scale: gamma?.read(), offset: beta?.read() };
  return runKernels('LayerNorm', kernelInputs, { epsilon, axes: axis.length })[0];
}
