import { tf } from '@sandwich/engine';

/** Light behind a curve, 255 (x / peak)^p: what a codec of 8 bits gets, not rounded. */
export const compand = (light: tf.Tensor4D, exponent: tf.Scalar | number, peak: number): tf.Tensor4D =>
  tf.tidy(() => tf.mul(tf.pow(tf.div(light, peak), exponent), 255));

/** The light of levels, peak (y / 255)^(1 / p); levels outside of [0, 255] are clipped. */
export const expandLight = (levels: tf.Tensor4D, exponent: tf.Scalar | number, peak: number): tf.Tensor4D =>
  tf.tidy(() => tf.mul(tf.pow(tf.clipByValue(levels, 0, 255).div(255), tf.div(1, exponent)), peak));

/** The least light for which levels are differentiated; darker light counts as this, since a power has no finite slope at 0. */
const LEAST_LIGHT = 0.01;

/** The levels of light behind a curve, scaled to the range of the light: peak (x / peak)^p. Differentiable. */
export const levelsOf = (light: tf.Tensor4D, exponent: tf.Scalar | number, peak: number): tf.Tensor4D =>
  tf.tidy(() => tf.mul(tf.pow(tf.maximum(light, LEAST_LIGHT).div(peak), exponent), peak));
