import { tf, warnOfUnitRange } from '@sandwich/engine';
import { checkImagePair } from './check-image-pair.js';
import {
  checkSsimInputs,
  meanOverChannels,
  type SsimOptions,
  similarity,
  toPlanes,
  WINDOW_SIZE,
} from './structural-similarity.js';

/** The shortest side that `ssim` can compare, pixels. */
export const SMALLEST_SSIM = WINDOW_SIZE;

/**
 * Structural similarity of each image (Wang et al. 2004), as `tf.image.ssim` computes it: Gaussian window of 11x11 with
 * standard deviation 1.5, only where it lies inside of the image, K1 = 0.01, K2 = 0.03, mean over pixels and channels.
 *
 * @param a [B,H,W,C], H and W at least 11.
 * @param b [B,H,W,C]
 * @returns [B], at most 1, which equal images have. Differentiable.
 * @throws RangeError when the shapes differ, the images are too small or `maxValue` is not positive.
 */
export function ssim(a: tf.Tensor4D, b: tf.Tensor4D, { maxValue = 255 }: SsimOptions = {}): tf.Tensor1D {
  checkImagePair('ssim', a, b);
  checkSsimInputs('ssim', a.shape, SMALLEST_SSIM, maxValue);
  warnOfUnitRange('ssim', [a, b], maxValue, ', or pass maxValue: 1');
  return tf.tidy(() => meanOverChannels(similarity(toPlanes(a), toPlanes(b), maxValue).ssim, a.shape));
}
