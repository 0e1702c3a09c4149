import { tf } from '@sandwich/engine';
import type { Distortion } from '../rate-distortion-loss.js';
import type { LpipsNet } from './backbones.js';

/**
 * What LPIPS is multiplied with to equal the squared error per sample, in squared gray levels, where errors are small: the
 * ratio of their means over 66 photographs with Gaussian noise of one gray level, which `sandwich lpips-scale` measures. It
 * is a convention: the ratio differs from photograph to photograph, and from noise of 0.5 to 4 gray levels falls from 447 to
 * 163 (alex), 175 to 115 (squeeze). Not known for VGG.
 */
export const LPIPS_SCALE: Partial<Record<LpipsNet, number>> = { alex: 268.2, squeeze: 125.3 };

/**
 * LPIPS in the place of the squared error: s * LPIPS, about equal to `mse` for small errors, so that the weight of the rate
 * keeps its meaning. Source: "Sandwiched compression" (Guleryuz et al.), which trains for s * LPIPS with a fixed s.
 *
 * @throws RangeError when the scale is not positive.
 */
export function scaledLpips(lpips: Distortion, scale: number): Distortion {
  if (!(scale > 0)) throw new RangeError(`scaledLpips: the scale must be positive, got ${scale}`);
  return (prediction, target) => tf.tidy(() => tf.mul(lpips(prediction, target), scale));
}
