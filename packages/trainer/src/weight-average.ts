import { tf } from '@sandwich/engine';
import type { Parameters } from './optimizer.js';

/** Averages of parameters by path. */
export type WeightAverage = Record<string, tf.Tensor>;

/** The decay of an average at a step, counted from 0. */
export const averageDecayAt = (decay: number, step: number): number => Math.min(decay, (1 + step) / (10 + step));

/**
 * Moves an exponential average of the parameters on by one step: a <- d a + (1 - d) p. In the beginning d is
 * (1 + step) / (10 + step), so that the first, random weights are soon forgotten; later it is `decay`. Tensors of the old
 * average are disposed; a parameter met for the first time starts with its own value.
 *
 * Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
 */
export function updateWeightAverage(
  average: WeightAverage,
  parameters: Parameters,
  decay: number,
  step: number,
): WeightAverage {
  const d = averageDecayAt(decay, step);
  const next: WeightAverage = {};
  for (const [path, parameter] of Object.entries(parameters)) {
    const old = average[path];
    next[path] = tf.tidy(() => (old ? tf.add(tf.mul(old, d), tf.mul(parameter, 1 - d)) : tf.clone(parameter)));
    old?.dispose();
  }
  return next;
}

/** Runs `body` with averages in the place of the weights, which are put back afterwards. */
export async function withAveragedWeights<Result>(
  parameters: Parameters,
  average: WeightAverage,
  body: () => Result | Promise<Result>,
): Promise<Result> {
  const own = Object.keys(average).map((path) => [path, tf.clone<tf.Tensor>(parameters[path])] as const);
  try {
    for (const [path, tensor] of Object.entries(average)) parameters[path].assign(tensor);
    return await body();
  } finally {
    for (const [path, tensor] of own) {
      parameters[path].assign(tensor);
      tensor.dispose();
    }
  }
}
