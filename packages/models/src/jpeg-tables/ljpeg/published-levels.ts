import { projectedLevels, roundings } from '@sandwich/codec-proxy';
import type { tf } from '@sandwich/engine';

/** How coefficients become levels while a system is trained. */
export interface LevelRounding {
  /** A name in `roundings`. */
  rounding: string;
  /** `projected` leaves out of the gradient what the codec undoes. */
  gradient: 'rounding' | 'projected';
}

/**
 * Coefficients in units of their steps, before and after they are rounded.
 *
 * @param coefficients [B, rows, columns, 192], as `publishedCoefficients` returns them
 * @param steps [192]
 */
export function publishedLevels(
  coefficients: tf.Tensor4D,
  steps: tf.Tensor1D,
  { rounding, gradient }: LevelRounding,
): { unrounded: tf.Tensor4D; levels: tf.Tensor4D } {
  const unrounded = coefficients.div<tf.Tensor4D>(steps);
  const levels =
    gradient === 'projected'
      ? projectedLevels(coefficients, steps, roundings[rounding])
      : (roundings[rounding](unrounded) as tf.Tensor4D);
  return { unrounded, levels };
}
