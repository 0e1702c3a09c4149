import type { Parameters, tf } from '@sandwich/engine';
import type { Noise } from './noise.js';

/** What a loss is computed from, by name: images, and noise that the trainer draws. */
export type Inputs = Record<string, tf.Tensor>;

/** What steps have in common that are one program: a pure function of step and progress, the same in all processes. */
export interface Phase {
  /** Steps of one key whose inputs have the same shapes differ only in the values of inputs and scalars. */
  key: string;
  /** Numbers of this step, computed in double precision and ready to use; the loss gets them as tensors. */
  scalars?: Record<string, number>;
  /** Drawn anew for each batch of each step, and handed to the loss among its inputs. */
  noise?: Record<string, Noise>;
}

/** What a training step minimises. */
export interface StepObjective<P extends Phase = Phase> {
  /** By path; those that the loss of a phase does not depend on stay as they are. */
  readonly parameters: Parameters;
  /**
   * The phase of the step that follows `step` others.
   *
   * @param progress share of the training that is done, 0 to 1
   */
  phaseAt(step: number, progress: number): P;
  /** The loss of a batch, as `loss`, and whatever else is to be told of it, all single numbers. It must not read tensors; see `computeOnHost`. */
  loss(inputs: Inputs, phase: P, scalars: Record<string, tf.Scalar>): Record<string, tf.Scalar>;
}
