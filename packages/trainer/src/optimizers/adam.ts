import { adamSteps } from '@sandwich/engine';
import { type Optimizer, zerosFor } from './optimizer.js';
import { assertRate, type Schedule, valueAt } from './schedule.js';

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

/**
 * Adam (Kingma and Ba, 2015, algorithm 1) in the order of computation of its section 2:
 *
 *   m <- b1 m + (1 - b1) g,   v <- b2 v + (1 - b2) g^2,
 *   step = lr_t m / (sqrt(v) + e_t),   lr_t = lr sqrt(1 - b2^t) / (1 - b1^t),   e_t = e sqrt(1 - b2^t)
 *
 * with the number of updates t counted for each parameter, so that one that joins later starts with its own correction.
 *
 * @throws RangeError when a constant learning rate is not positive
 */
export function adam({ learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions): Optimizer {
  assertRate('adam', learningRate);
  const remembers = ['m', 'v'];
  return {
    remembers,
    init: (parameters) => zerosFor(parameters, remembers),
    numbers(clock) {
      const rate = valueAt(learningRate, clock);
      const ages = Object.values(clock.updates).map((updates) => updates + 1);
      const corrections = ages.map((age) => Math.sqrt(1 - beta2 ** age));
      return {
        rates: ages.map((age, i) => (rate * corrections[i]) / (1 - beta1 ** age)),
        epsilons: corrections.map((correction) => epsilon * correction),
      };
    },
    update(gradients, memory, _, { rates, epsilons }) {
      const paths = Object.keys(gradients);
      const [m, v] = remembers.map((name) => paths.map((path) => memory[path][name]));
      const { steps, moments } = adamSteps(Object.values(gradients), { m, v }, { beta1, beta2, rates, epsilons });
      return {
        steps: Object.fromEntries(paths.map((path, i) => [path, steps[i]])),
        memory: Object.fromEntries(paths.map((path, i) => [path, { m: moments.m[i], v: moments.v[i] }])),
      };
    },
  };
}
