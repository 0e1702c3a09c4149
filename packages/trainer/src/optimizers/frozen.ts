import type { Optimizer } from './optimizer.js';

/** Makes no steps: for the parts of a `partition` that are to stay as they are. */
export const frozen = (): Optimizer => ({
  remembers: [],
  init: () => ({}),
  update: () => ({ steps: {}, memory: {} }),
});
