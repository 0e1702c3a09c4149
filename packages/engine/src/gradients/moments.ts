// Normalization by the moments of x itself, over a batch or over features, and its gradients: one kernel each where an engine
// has them.

import { tf } from '../tf.js';
import {
  composedGradients,
  type GradientTable,
  gradient,
  isDifferentiated,
  runKernels,
  WhereGiven,
} from './gradient.js';

/** Attributes of both kernels. */
export interface MomentsAttributes {
  epsilon: number;
}

type Dys = (tf.Tensor | null)[];
const WHY = 'a kernel of ours, for moments and normalization';

/** dy (x - mean) / sqrt(variance + epsilon) and its gradients in ops; axes are those of the moments. */
function composed(axes: number[], epsilon: number, dy: tf.Tensor, x: tf.Tensor, scale: tf.Tensor | undefined) {
  const normalize = (x: tf.Tensor, scale?: tf.Tensor) => {
    const { mean, variance } = tf.moments(x, axes, true);
    const y = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
    return [scale ? tf.mul(y, scale) : y];
  };
  return composedGradients(normalize, scale ? [x, scale] : [x], [dy]);
}

/** All axes but the last ones, as many as the parameters have. */
const leadingAxes = (x: tf.Tensor, parameters: number): number[] =>
  x.shape.slice(0, x.rank - parameters).map((_, i) => i);

export const moments: GradientTable = {
  // Moments over all axes but the last. Beside y: the moving moments after it, the mean and the reciprocal of the deviation.
  BatchNormTraining: gradient<MomentsAttributes, Dys>({
    why: WHY,
    partial: true,
    inputsToSave: WhereGiven.from(['x', 'scale']),
    outputsToSave: [false, false, false, true, true],
    gradFunc: ([dy], saved, { epsilon }) => {
      const [x, scale] = saved.slice(0, -2);
      const [mean, factor] = saved.slice(-2);
      const axes = leadingAxes(x, 1);
      const [dx, dScale, dOffset] = isDifferentiated()
        ? composed(axes, epsilon, dy!, x, scale)
        : runKernels('BatchNormTrainingGrad', { dy, x, scale, mean, factor }, { epsilon });
      return { x: () => dx, scale: () => dScale, offset: () => dOffset ?? tf.sum(dy!, axes) };
    },
  }),

  // Moments over as many of the last axes as scale and offset have. Beside y: the mean and the reciprocal of the deviation.
  LayerNorm: gradient<MomentsAttributes & { axes: number }, Dys>({
    why: WHY,
    partial: true,
    inputsToSave: WhereGiven.from(['x', 'scale']),
    outputsToSave: [false, true, true],
    gradFunc: ([dy], saved, { epsilon, axes }) => {
      const [x, scale] = saved.slice(0, -2);
      const [mean, factor] = saved.slice(-2);
      const along = x.shape.slice(-axes).map((_, i) => x.rank - axes + i);
      const [dx, dScale, dOffset] = isDifferentiated()
        ? composed(along, epsilon, dy!, x, scale)
        : runKernels('LayerNormGrad', { dy, x, scale, mean, factor }, { axes });
      return { x: () => dx, scale: () => dScale, offset: () => dOffset ?? tf.sum(dy!, leadingAxes(x, axes)) };
    },
  }),
};
