import type { tf } from '@sandwich/engine';
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
