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

/** Exponents of the five scales, finest first, from Wang et al. 2003. */
const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/** The shortest side that `msSsim` can compare, pixels: halved, rounding up, four times it still holds one window. */
export const SMALLEST_MS_SSIM = (WINDOW_SIZE - 1) * 2 ** (WEIGHTS.length - 1) + 1;

/** Repeats the last row (axis 1) or column (axis 2) where their number is odd. */
function makeEven(planes: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  if (planes.shape[axis] % 2 === 0) return planes;
  const begin = [0, 0, 0, 0];
  const size = [...planes.shape];
  begin[axis] = planes.shape[axis] - 1;
  size[axis] = 1;
  return tf.concat([planes, tf.slice(planes, begin, size)], axis);
}

const halve = (planes: tf.Tensor4D): tf.Tensor4D => tf.avgPool(makeEven(makeEven(planes, 1), 2), 2, 2, 'valid');

/** x^exponent where x is positive, elsewhere 0 and without a slope, where that of the power would be infinite. */
function positivePower(x: tf.Tensor1D, exponent: number): tf.Tensor1D {
  const positive = tf.step<tf.Tensor1D>(x);
  const base = tf.add(tf.mul(x, positive), tf.sub(1, positive));
  return tf.mul(tf.pow(base, exponent), positive);
}

/**
 * Multi-scale structural similarity of each image (Wang, Simoncelli, Bovik, "Multiscale structural similarity for image
 * quality assessment", 2003), as `tf.image.ssim_multiscale` computes it: contrast and structure at five scales and luminance
 * at the coarsest, each as in `ssim`, where negative counted as 0, raised to the scale's weight and multiplied. From scale to
 * scale the images are averaged over 2x2 pixels; the last row and column of odd sizes are doubled.
 *
 * @param a [B,H,W,C], H and W at least 161.
 * @param b [B,H,W,C]
 * @returns [B], from 0 to 1, which equal images have. Differentiable.
 * @throws RangeError when the shapes differ, the images are too small or `maxValue` is not positive.
 */
export function msSsim(a: tf.Tensor4D, b: tf.Tensor4D, options: SsimOptions = {}): tf.Tensor1D {
  checkImagePair('msSsim', a, b);
  return tf.tidy(() => ssimAndMsSsim(a, b, options).msSsim);
}

/** `ssim` and `msSsim` at once, at the price of the latter, of which the former is the first scale. */
export function ssimAndMsSsim(
  a: tf.Tensor4D,
  b: tf.Tensor4D,
  { maxValue = 255 }: SsimOptions = {},
): Record<'ssim' | 'msSsim', tf.Tensor1D> {
  checkImagePair('ssimAndMsSsim', a, b);
  checkSsimInputs('msSsim', a.shape, SMALLEST_MS_SSIM, maxValue);
  warnOfUnitRange('msSsim', [a, b], maxValue, ', or pass maxValue: 1');
  return tf.tidy(() => {
    let [planesA, planesB] = [toPlanes(a), toPlanes(b)];
    const scales = WEIGHTS.map((_, scale) => {
      if (scale > 0) [planesA, planesB] = [halve(planesA), halve(planesB)];
      return similarity(planesA, planesB, maxValue);
    });
    const product = WEIGHTS.map((weight, scale) => {
      const { ssim, contrastStructure } = scales[scale];
      return positivePower(scale === WEIGHTS.length - 1 ? ssim : contrastStructure, weight);
    }).reduce((x, y) => tf.mul(x, y));
    return { ssim: meanOverChannels(scales[0].ssim, a.shape), msSsim: meanOverChannels(product, a.shape) };
  });
}
