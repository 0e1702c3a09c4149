import { tf, warnOfUnitRange } from '@sandwich/engine';
import { checkImagePair } from './check-image-pair.js';
import { mse } from './mse.js';

/** An error that counts as none: the slope of its logarithm would be beyond float32. */
const NO_ERROR = 2 ** -120;

/**
 * Peak signal-to-noise ratio of each image, 10 log10(peak^2 / mse).
 *
 * @param a [B,H,W,C]
 * @param b [B,H,W,C]
 * @param options `peak`: the largest value that an image can have, default 255.
 * @returns [B], in decibels; Infinity for equal images. Differentiable; the slope between equal images is 0.
 * @throws RangeError when the shapes differ or the peak is not positive.
 * @example
 * psnr(tf.zeros([1, 8, 8, 3]), tf.ones([1, 8, 8, 3])).dataSync(); // [48.13]
 */
export function psnr(a: tf.Tensor4D, b: tf.Tensor4D, { peak = 255 }: { peak?: number } = {}): tf.Tensor1D {
  if (!(peak > 0)) throw new RangeError(`psnr: peak must be positive, got ${peak}`);
  checkImagePair('psnr', a, b);
  warnOfUnitRange('psnr', [a, b], peak, ', or pass peak: 1');
  return tf.tidy(() => {
    const decibels = 10 / Math.LN10;
    const error = mse(a, b);
    const equal = tf.lessEqual(error, NO_ERROR);
    const logarithm = tf.log(tf.where(equal, tf.onesLike(error), error));
    const value = tf.sub<tf.Tensor1D>(2 * decibels * Math.log(peak), tf.mul(decibels, logarithm));
    return tf.where(equal, tf.fill(value.shape, Number.POSITIVE_INFINITY), value);
  });
}
