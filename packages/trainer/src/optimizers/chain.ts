import type { Optimizer, OptimizerMemory } from './optimizer.js';

/**
 * Optimizers one after the other: each gets the steps of the one before for its gradients.
 *
 * @example
 * // one step of a sign attack within 8 gray levels of x0, in the range of pixels
 * const attack = chain(sign(), scale(2), projectBall(x0, 8, 'inf'), clip(0, 255));
 */
export const chain = (...optimizers: Optimizer[]): Optimizer => ({
  init: (parameters) => optimizers.map((optimizer) => optimizer.init(parameters)),
  update(gradients, memory: OptimizerMemory[], parameters) {
    let steps = gradients;
    const next = optimizers.map((optimizer, i) => {
      const result = optimizer.update(steps, memory[i], parameters);
      steps = result.steps;
      return result.memory;
    });
    return { steps, memory: next };
  },
});
