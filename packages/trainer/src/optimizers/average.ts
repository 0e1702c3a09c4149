import { type Parameters, tf } from '@sandwich/engine';
import { mapPaths } from './optimizer.js';

/** Averages of parameters by path. */
export type WeightAverage = Record<string, tf.Tensor>;

/** Keeps an average of parameters, as an optimizer keeps moments: its functions are pure. */
export interface Averaging {
  /** The average of parameters that are met for the first time: their values. */
  init(parameters: Parameters): WeightAverage;
  /** The numbers of an update that follows `step` others. */
  numbers(step: number): number[];
  /** The average after an update, of parameters as they are after it; `numbers` as a tensor. */
  update(average: WeightAverage, parameters: Parameters, numbers: tf.Tensor1D): WeightAverage;
}

/**
 * An exponential average of the parameters: a <- d a + (1 - d) p. In the beginning d is (1 + step) / (10 + step), so that the first, random
 * weights are soon forgotten; later it is `decay`.
 *
 * Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
 *
 * @throws RangeError when the decay is not in [0, 1]
 */
export function average(decay: number): Averaging {
  if (!(decay >= 0 && decay <= 1)) throw new RangeError(`average: decay must be 0 to 1, got ${decay}`);
  return {
    init: (parameters) => mapPaths(parameters, (parameter) => tf.clone<tf.Tensor>(parameter)),
    numbers(step) {
      const d = Math.min(decay, (1 + step) / (10 + step));
      return [d, 1 - d];
    },
    update(old, parameters, numbers) {
      const [d, fresh] = tf.unstack(numbers);
      return mapPaths(old, (own, path) => tf.add(tf.mul(own, d), tf.mul(parameters[path], fresh)));
    },
  };
}
