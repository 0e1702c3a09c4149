import type { Batch } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import type { Inputs } from './phase.js';

/** The arrays of a batch as tensors, the caller's to dispose. */
export const inputsOf = ({ arrays }: Batch): Inputs =>
  Object.fromEntries(Object.entries(arrays).map(([name, { shape, values }]) => [name, tf.tensor(values, shape)]));
