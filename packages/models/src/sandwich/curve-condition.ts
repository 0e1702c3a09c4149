import type { tf } from '@sandwich/engine';
import type { SandwichArchitecture } from './sandwich-architecture.js';

/** The curve that lies around the networks of a sandwich with `companding`. */
export interface CurveCondition {
  /** The exponent p of the picture's curve, in (0, 1]; for a sandwich with `companding`, and no other. */
  exponent?: tf.Scalar | number;
}

/** @throws RangeError where a sandwich with `companding` has no bits beyond those of the codec, or reduces pictures */
export function checkCompanding({ companding, truncateBits, downsampleFactor }: Omit<SandwichArchitecture, 'proxy'>) {
  if (!companding) return;
  if (truncateBits === 0 || downsampleFactor !== 1)
    throw new RangeError(
      `Sandwich: companding is for images of more than 8 bits at full size, got truncateBits ${truncateBits} and downsampleFactor ${downsampleFactor}`,
    );
}

/** @throws RangeError for an exponent that is missing, of no use, or out of range; of a tensor, only the rank is looked at */
export function checkExponent(method: string, companding: boolean, exponent: CurveCondition['exponent']): void {
  if (!companding) {
    if (exponent === undefined) return;
    throw new RangeError(
      `Sandwich.${method}: there is no companding curve around the networks, and there is an exponent: leave it out`,
    );
  }
  if (exponent === undefined)
    throw new RangeError(
      `Sandwich.${method}: the networks lie behind a companding curve: give its exponent, as { exponent: 0.5 } for a square root`,
    );
  const valid = typeof exponent === 'number' ? exponent > 0 && exponent <= 1 : exponent.rank === 0;
  if (valid) return;
  const got = typeof exponent === 'number' ? exponent : `a tensor of shape [${exponent.shape}]`;
  throw new RangeError(`Sandwich.${method}: exponent must be one number in (0, 1], got ${got}`);
}
