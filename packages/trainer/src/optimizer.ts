import type { tf } from '@sandwich/engine';

/** Parameters, gradients and what optimizers remember all go by the parameter's path. */
export type Parameters = Record<string, tf.Variable>;
/** As `Parameters`; those that a loss does not depend on are not there. */
export type Gradients = Record<string, tf.Tensor>;

/** What an optimizer remembers of one parameter. */
export interface Slot {
  steps: number;
  tensors: Record<string, tf.Tensor>;
}
/** What an optimizer remembers, by path. */
export type OptimizerState = Record<string, Slot>;

/** The optimizer of the training loop. It is stateless; what it remembers is handed to it, so that it can be saved and restored. */
export interface TrainingOptimizer {
  /**
   * Changes the parameters that have a gradient and returns the new state. Tensors of `state` that were replaced are
   * disposed; a parameter met for the first time gets a fresh slot, one that is left out keeps its slot untouched.
   *
   * @param rateFactor multiplies the learning rate of this update; default 1
   */
  update(parameters: Parameters, gradients: Gradients, state: OptimizerState, rateFactor?: number): OptimizerState;
}
