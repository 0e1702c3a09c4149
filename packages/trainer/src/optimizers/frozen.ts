import type { Optimizer } from './optimizer.js';

/** Makes no steps: for the parts of a `partition` that are to stay as they are. Their gradients are not computed. */
export const frozen = (): Optimizer => ({
  remembers: [],
  moves: () => false,
  init: () => ({}),
  update: () => ({ steps: {}, memory: {} }),
});
