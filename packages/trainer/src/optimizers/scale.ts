import { mapPaths, type Optimizer } from './optimizer.js';
import { type Schedule, valueAt } from './schedule.js';

/** Multiplies by a number, or by one for each step: a learning rate. */
export const scale = (factor: number | Schedule): Optimizer => ({
  init: () => 0,
  update(gradients, count: number) {
    const value = valueAt(factor, count);
    return { steps: mapPaths(gradients, (g) => g.mul(value)), memory: count + 1 };
  },
});
