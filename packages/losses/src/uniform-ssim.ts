import { tf, warnOfUnitRange } from '@sandwich/engine';
import { checkImagePair } from './check-image-pair.js';
import { checkSsimInputs, type SsimOptions } from './structural-similarity.js';

const SIDE = 7;
const K1 = 0.01;
const K2 = 0.03;

/** The shortest side that `uniformSsim` can compare, pixels. */
export const SMALLEST_UNIFORM_SSIM = SIDE;

/** Averages columns, then rows: 14 additions a pixel instead of 49. */
const windowMean = (x: tf.Tensor4D): tf.Tensor4D =>
  tf.avgPool(tf.avgPool(x, [SIDE, 1], 1, 'valid'), [1, SIDE], 1, 'valid');

/**
 * Structural similarity of each image as scikit-image computes it by default (`structural_similarity`, and `compare_ssim` of earlier versions):
 * windows of 7x7 whose pixels all weigh the same, only where they lie inside of the image, variances of the sample (with Bessel's correction, 49 / 48), K1 = 0.01,
 * K2 = 0.03, mean over pixels and channels. Results of the neural imaging toolbox are in it; those of `ssim` are lower.
 *
 * @param a [B,H,W,C], H and W at least 7.
 * @param b [B,H,W,C]
 * @returns [B], at most 1, which equal images have. Differentiable.
 * @throws RangeError when the shapes differ, the images are too small or `maxValue` is not positive.
 */
export function uniformSsim(a: tf.Tensor4D, b: tf.Tensor4D, { maxValue = 255 }: SsimOptions = {}): tf.Tensor1D {
  checkImagePair('uniformSsim', a, b);
  checkSsimInputs('uniformSsim', a.shape, SMALLEST_UNIFORM_SSIM, maxValue);
  warnOfUnitRange('uniformSsim', [a, b], maxValue, ', or pass maxValue: 1');
  const [c1, c2] = [K1, K2].map((k) => (k * maxValue) ** 2);
  const bessel = SIDE ** 2 / (SIDE ** 2 - 1);
  return tf.tidy(() => {
    const [meanA, meanB] = [windowMean(a), windowMean(b)];
    const product = tf.mul(meanA, meanB);
    const squares = tf.add(tf.square(meanA), tf.square(meanB));
    const covariance = tf.mul(tf.sub(windowMean(tf.mul(a, b)), product), bessel);
    const variances = tf.mul(tf.sub(windowMean(tf.add(tf.square(a), tf.square(b))), squares), bessel);
    const luminance = tf.div(tf.add(tf.mul(product, 2), c1), tf.add(squares, c1));
    const contrastStructure = tf.div(tf.add(tf.mul(covariance, 2), c2), tf.add(variances, c2));
    return tf.mean<tf.Tensor1D>(tf.mul(luminance, contrastStructure), [1, 2, 3]);
  });
}
