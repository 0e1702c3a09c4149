import { tf } from '@sandwich/engine';
import { withGradient } from '../custom-gradient.js';
import { logMagnitude } from './rate-models.js';

/**
 * The levels that a rate is a function of in its gradient: the rounded ones, which have no slope at 0, or the coefficients before they are
 * rounded, in units of the quantiser step.
 */
export type RateOf = 'rounded' | 'unrounded';

/**
 * A rate with a gradient that pulls every coefficient towards 0, those too that are rounded to it.
 *
 * With u = c / D before and q after rounding, the value is `bits` and the gradient that of
 *
 *     w sum ln(1 + |u|),   w = bits nz / (nz^2 + 1),   nz = sum ln(1 + |q|),
 *
 * where w, the slope of `jpegRate`, is held constant. ln(1 + |q|) has the derivative 0 at q = 0, where most levels are; that of
 * ln(1 + |u|) is largest there, 1 at the smallest |u|. So a coefficient that makes no level costs nothing but is held down, against the gradient of the
 * distortion, which would have it grow until it makes one.
 *
 * @param unrounded c / D of each plane or planes of one size, [B, …]
 * @param levels the same, rounded; only their values matter
 * @param bits the size of each image, [B]
 * @returns bits, [B]
 */
export function unroundedRate(
  unrounded: tf.Tensor4D[],
  levels: tf.Tensor4D[],
  bits: number[] | tf.Tensor1D,
): tf.Tensor1D {
  return tf.tidy(() =>
    withGradient(
      tf.addN(unrounded.map(logMagnitude)),
      (_, save) => {
        const value = Array.isArray(bits) ? tf.tensor1d(bits) : bits.clone();
        const nz = tf.addN(levels.map(logMagnitude));
        save([value.mul(nz).div(nz.square().add(1))]);
        return value;
      },
      (dy, [slope]) => dy.mul(slope),
    ),
  );
}
