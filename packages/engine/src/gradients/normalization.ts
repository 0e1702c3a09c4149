import { tf } from '../tf.js';
import { type GradientTable, gradient, runKernel, sumTo, WhereGiven } from './gradient.js';

/**
 * dx = dy n^-beta - 2 alpha beta x (sum over neighbouring channels of dy x n^(-beta - 1)) with n = bias + alpha (sum over
 * neighbouring channels of x^2), in ops that can be differentiated themselves. A sum is a product with a band of ones.
 */
function responseGradient(dy: tf.Tensor, x: tf.Tensor, { depthRadius, bias, alpha, beta }: tf.LRNAttrs): tf.Tensor {
  const channels = x.shape.at(-1)!;
  const band = tf.linalg.bandPart(tf.ones([channels, channels]), depthRadius, depthRadius);
  const neighbours = (values: tf.Tensor) =>
    tf.reshape(tf.matMul(tf.reshape(values, [-1, channels]), band as tf.Tensor2D), x.shape);
  const norm = tf.add(tf.mul(neighbours(tf.square(x)), alpha), bias);
  const direct = tf.mul(dy, tf.pow(norm, -beta));
  const sums = neighbours(tf.mul(tf.mul(dy, x), tf.pow(norm, -beta - 1)));
  return tf.sub(direct, tf.mul(tf.mul(x, 2 * alpha * beta), sums));
}

export const normalization: GradientTable = {
  LRN: gradient<tf.LRNAttrs>({
    why: 'missing: second derivative',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attributes) => ({
      x: () =>
        tf.engine().state.gradientDepth > 0
          ? responseGradient(dy, x, attributes)
          : runKernel('LRNGrad', { x, y, dy }, attributes),
    }),
  }),

  // y = (x - mean) r scale + offset with r = (variance + epsilon)^-1/2, so dr / dvariance = -r^3 / 2.
  FusedBatchNorm: gradient<tf.FusedBatchNormAttrs>({
    why: 'wrong: fails without scale or offset',
    inputsToSave: WhereGiven.from(['x', 'mean', 'variance', 'scale']),
    gradFunc: (dy, [x, mean, variance, scale = tf.scalar(1)], { varianceEpsilon }) => {
      const r = tf.rsqrt(tf.add(variance, varianceEpsilon));
      const dx = () => tf.mul(dy, tf.mul(r, scale));
      const normalized = () => tf.mul(tf.sub(x, mean), r);
      return {
        x: dx,
        mean: () => sumTo(tf.neg(dx()), mean.shape),
        variance: () => tf.mul(sumTo(tf.mul(dx(), normalized()), variance.shape), tf.mul(r, -0.5)),
        scale: () => sumTo(tf.mul(dy, normalized()), mean.shape),
        offset: () => sumTo(dy, mean.shape),
      };
    },
  }),
};
