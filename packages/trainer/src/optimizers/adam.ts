import { tf } from '@sandwich/engine';
import { adamFactors } from '../adam.js';
import type { Gradients } from '../optimizer.js';
import { mapPaths, type Optimizer } from './optimizer.js';
import { type Schedule, valueAt } from './schedule.js';

/** Options of `adam`. */
export interface AdamOptions {
  learningRate: number | Schedule;
  /** Decay of the mean of gradients. Default 0.9. */
  beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999. */
  beta2?: number;
  /** Added to the root of the latter. Default 1e-8. */
  epsilon?: number;
}

type Moments = { m: tf.Tensor; v: tf.Tensor };
type AdamMemory = { count: number; moments: Record<string, Moments> };

/**
 * Adam (Kingma and Ba, 2015):
 *
 *   m <- b1 m + (1 - b1) g,   v <- b2 v + (1 - b2) g^2,   step = lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + e)
 *
 * with t the number of updates so far.
 *
 * @throws RangeError when a constant learning rate is not positive
 */
export function adam({ learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions): Optimizer {
  if (typeof learningRate === 'number' && !(learningRate > 0)) {
    throw new RangeError(`adam: learningRate must be positive, got ${learningRate}`);
  }
  return {
    init: (parameters) => ({
      count: 0,
      moments: Object.fromEntries(
        Object.entries(parameters).map(([path, p]) => [path, { m: tf.zerosLike(p), v: tf.zerosLike(p) }]),
      ),
    }),
    update(gradients, memory: AdamMemory) {
      const options = { learningRate: valueAt(learningRate, memory.count), beta1, beta2, epsilon };
      const factors = adamFactors(options, memory.count + 1, 1);
      const moments = mapMoments(memory.moments, ({ m, v }, path) => {
        const g = gradients[path];
        if (!g) return { m: m.clone(), v: v.clone() };
        return { m: m.mul(beta1).add(g.mul(1 - beta1)), v: v.mul(beta2).add(g.square().mul(1 - beta2)) };
      });
      const steps: Gradients = mapPaths(gradients, (_, path) => {
        const { m, v } = moments[path];
        return m.div(v.sqrt().add(factors.epsilon)).mul(factors.rate);
      });
      return { steps, memory: { count: memory.count + 1, moments } };
    },
  };
}

const mapMoments = (
  moments: Record<string, Moments>,
  f: (moments: Moments, path: string) => Moments,
): Record<string, Moments> => Object.fromEntries(Object.entries(moments).map(([path, one]) => [path, f(one, path)]));
