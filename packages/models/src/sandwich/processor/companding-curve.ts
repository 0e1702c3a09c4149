import { tf } from '@sandwich/engine';

/** Light behind a curve, 255 (x / peak)^p: what a codec of 8 bits gets, not rounded. */
export const compand = (light: tf.Tensor4D, exponent: tf.Scalar | number, peak: number): tf.Tensor4D =>
  tf.tidy(() => tf.mul(tf.pow(tf.div(light, peak), exponent), 255));

/** The light of levels, peak (y / 255)^(1 / p); levels outside of [0, 255] are clipped. */
export const expandLight = (levels: tf.Tensor4D, exponent: tf.Scalar | number, peak: number): tf.Tensor4D =>
  tf.tidy(() => tf.mul(tf.pow(tf.clipByValue(levels, 0, 255).div(255), tf.div(1, exponent)), peak));

/** Curves of less slope than this, squared, count as of this: those of black. */
const LEAST_SQUARED_SLOPE = 1e-5;

/**
 * Mean square of the slope of the light at the samples of each image, [B], where the levels of the curve have the range of the light: by this many times
 * squared errors of levels become those of light, while they are small.
 */
export const squaredSlope = (light: tf.Tensor4D, exponent: tf.Scalar | number, peak: number): tf.Tensor1D =>
  tf.tidy(() => {
    const slope = tf.div(tf.pow(tf.div(light, peak), tf.sub(1, exponent)), exponent);
    return tf.maximum(tf.mean<tf.Tensor1D>(tf.square(slope), [1, 2, 3]), LEAST_SQUARED_SLOPE);
  });
