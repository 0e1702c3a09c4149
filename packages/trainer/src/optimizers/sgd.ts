import { tf } from '@sandwich/engine';
import { mapPaths, type Optimizer } from './optimizer.js';
import { type Schedule, valueAt } from './schedule.js';

/** Options of `sgd`. */
export interface SgdOptions {
  learningRate: number | Schedule;
  /** Decay of the sum of gradients that makes the step. Default 0: the gradient alone. */
  momentum?: number;
  /** Look ahead along the momentum (Nesterov). Default false. */
  nesterov?: boolean;
}

type SgdMemory = { count: number; velocity: Record<string, tf.Tensor> };

/**
 * Gradient descent, with momentum as PyTorch has it: v <- momentum v + g, step = lr v, or lr (g + momentum v) with `nesterov`.
 *
 * @throws RangeError when a constant learning rate is not positive, or the momentum not in [0, 1)
 */
export function sgd({ learningRate, momentum = 0, nesterov = false }: SgdOptions): Optimizer {
  if (typeof learningRate === 'number' && !(learningRate > 0)) {
    throw new RangeError(`sgd: learningRate must be positive, got ${learningRate}`);
  }
  if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`sgd: momentum must be 0 to 1, below 1, got ${momentum}`);
  return {
    init: (parameters) => ({ count: 0, velocity: momentum > 0 ? mapPaths(parameters, (p) => tf.zerosLike(p)) : {} }),
    update(gradients, { count, velocity }: SgdMemory) {
      const rate = valueAt(learningRate, count);
      const next = mapPaths(velocity, (v, path) =>
        gradients[path] ? v.mul(momentum).add(gradients[path]) : v.clone(),
      );
      const steps = mapPaths(gradients, (g, path) => {
        if (momentum === 0) return g.mul(rate);
        return (nesterov ? g.add(next[path].mul(momentum)) : next[path]).mul(rate);
      });
      return { steps, memory: { count: count + 1, velocity: next } };
    },
  };
}
