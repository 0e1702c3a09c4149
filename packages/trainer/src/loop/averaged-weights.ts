import { type Parameters, tf } from '@sandwich/engine';
import type { WeightAverage } from '../optimizers/average.js';

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
