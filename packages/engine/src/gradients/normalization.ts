import { tf } from '../tf.js';
import { type GradientTable, gradient, sumTo } from './gradient.js';

/** Names of inputs to save of which some may be left out by the caller; TFJS maps them to tensors. */
class WhereGiven extends Array<string> {
  override map<T>(tensorOf: (name: string, index: number, names: string[]) => T): T[] {
    return Array.from(this, (name, i) => tensorOf(name, i, this)).filter((tensor) => tensor !== undefined);
  }
}

export const normalization: GradientTable = {
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
