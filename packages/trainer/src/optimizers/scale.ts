import { mapPaths, type Optimizer } from './optimizer.js';
import { type Schedule, valueAt } from './schedule.js';
import { scaled } from './sgd.js';

/** Multiplies by a number, or by one for each step: a learning rate. */
export const scale = (factor: number | Schedule): Optimizer => ({
  remembers: [],
  init: () => ({}),
  numbers: (clock) => ({ factor: [valueAt(factor, clock)] }),
  update: (gradients, _, __, { factor }) => ({ steps: mapPaths(gradients, (g) => scaled(g, factor)), memory: {} }),
});
