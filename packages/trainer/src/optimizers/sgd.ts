import { tf } from '@sandwich/engine';
import { mapPaths, type Optimizer, zerosFor } from './optimizer.js';
import { assertRate, type Schedule, valueAt } from './schedule.js';

/** Options of `sgd`. */
export interface SgdOptions {
  learningRate: number | Schedule;
  /** Decay of the sum of gradients that makes the step. Default 0: the gradient alone. */
  momentum?: number;
  /** Look ahead along the momentum (Nesterov). Default false. */
  nesterov?: boolean;
}

/**
 * Gradient descent, with momentum as PyTorch has it: v <- momentum v + g, step = lr v, or lr (g + momentum v) with `nesterov`.
 *
 * @throws RangeError when a constant learning rate is not positive, or the momentum not in [0, 1)
 */
export function sgd({ learningRate, momentum = 0, nesterov = false }: SgdOptions): Optimizer {
  assertRate('sgd', learningRate);
  if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`sgd: momentum must be 0 to 1, below 1, got ${momentum}`);
  const remembers = momentum > 0 ? ['velocity'] : [];
  return {
    remembers,
    init: (parameters) => (momentum > 0 ? zerosFor(parameters, remembers) : {}),
    numbers: (clock) => ({ rate: [valueAt(learningRate, clock)] }),
    update(gradients, memory, _, { rate }) {
      if (momentum === 0) return { steps: mapPaths(gradients, (g) => scaled(g, rate)), memory: {} };
      const next = mapPaths(gradients, (g, path) => memory[path].velocity.mul(momentum).add(g));
      const steps = mapPaths(gradients, (g, path) =>
        scaled(nesterov ? g.add(next[path].mul(momentum)) : next[path], rate),
      );
      return { steps, memory: mapPaths(next, (velocity) => ({ velocity })) };
    },
  };
}

/** A tensor times a number that is a tensor, [1]. */
export const scaled = (tensor: tf.Tensor, factor: tf.Tensor1D): tf.Tensor => tf.mul(tensor, factor.asScalar());
