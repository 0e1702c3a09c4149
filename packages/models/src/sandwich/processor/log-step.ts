import { tf } from '@sandwich/engine';

/** Binary logarithm of the quantiser step at which conditioned networks are neither scaled nor shifted: 32, amid those of useful rates. */
export const NEUTRAL_LOG_STEP = 5;

/** What conditioned U-Nets are told of a quantiser step: log2(step / 32). */
export const logStep = (step: tf.Scalar): tf.Scalar =>
  tf.tidy(() => tf.log(step).div<tf.Scalar>(Math.LN2).sub<tf.Scalar>(NEUTRAL_LOG_STEP));
