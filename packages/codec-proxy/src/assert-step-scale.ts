import type { tf } from '@sandwich/engine';

/**
 * Checks a factor on quantiser steps; of a tensor, which cannot be read in a recorded step, the rank.
 *
 * @param caller name of the public function, for the message
 * @throws RangeError when it is not one positive number
 */
export function assertStepScale(caller: string, stepScale: tf.Scalar | number): void {
  const valid = typeof stepScale === 'number' ? stepScale > 0 && stepScale < Infinity : stepScale.rank === 0;
  if (valid) return;
  const got = typeof stepScale === 'number' ? stepScale : `a tensor of shape [${stepScale.shape}]`;
  throw new RangeError(`${caller}: stepScale must be one positive and finite number, got ${got}`);
}
