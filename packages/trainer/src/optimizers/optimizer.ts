import type { tf } from '@sandwich/engine';
import type { Gradients, Parameters } from '../optimizer.js';

/** What an optimizer remembers: tensors and numbers. */
export type OptimizerMemory = tf.TensorContainer;

/**
 * Turns gradients into steps, which are subtracted from the parameters. A pure pair: neither function changes or disposes what it is given, and
 * what an optimizer remembers is handed to it. Pairs compose by `chain`.
 */
export interface Optimizer {
  /** What it remembers before the first step. */
  init(parameters: Parameters): OptimizerMemory;
  /**
   * The steps that follow from gradients, or, in a chain, from the steps of the optimizer before.
   *
   * @param gradients by path; a parameter that the loss does not depend on has none and is left as it is
   * @param memory from `init`, or from the last call
   * @param parameters as they are before the step
   */
  update(
    gradients: Gradients,
    memory: OptimizerMemory,
    parameters: Parameters,
  ): { steps: Gradients; memory: OptimizerMemory };
}

/** An optimizer that remembers nothing and treats each parameter on its own. */
export const eachOf = (step: (gradient: tf.Tensor, parameter: tf.Variable, path: string) => tf.Tensor): Optimizer => ({
  init: () => ({}),
  update: (gradients, memory, parameters) => ({
    steps: mapPaths(gradients, (g, path) => step(g, parameters[path], path)),
    memory,
  }),
});

/** Applies a function to each tensor by path. */
export const mapPaths = <T extends tf.Tensor>(
  tensors: Record<string, tf.Tensor>,
  f: (tensor: tf.Tensor, path: string) => T,
): Record<string, T> => Object.fromEntries(Object.entries(tensors).map(([path, tensor]) => [path, f(tensor, path)]));
