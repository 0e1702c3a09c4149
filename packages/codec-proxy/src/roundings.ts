import { tf } from '@sandwich/engine';
import { withGradient } from './custom-gradient.js';

/** Rounds every element, or stands in for it in training; any shape, float32. */
export type RoundingFn = (x: tf.Tensor) => tf.Tensor;

/** No rounding: forward x, gradient 1. */
const identity: RoundingFn = (x) => tf.clone(x);

/** Rounding proper: forward [x], gradient 0. */
const hard: RoundingFn = (x) => tf.round(x);

/**
 * Straight-through estimator x + stopGradient([x] - x): forward [x], gradient 1 (Theis et al. 2017; sandwiched
 * compression).
 */
const ste: RoundingFn = (x) =>
  withGradient(
    x,
    (input) => tf.round(input),
    (dy) => tf.clone(dy),
  );

/** Cubic surrogate [x] + (x - [x])^3, with gradient 3 (x - [x])^2 (Shin and Song 2017). */
const cubic: RoundingFn = (x) =>
  tf.tidy(() => {
    const rounded = tf.round(x);
    return rounded.add(x.sub(rounded).pow(3));
  });

/**
 * Rounding functions by name; [x] is the nearest integer, halves to the even one as in `tf.round`.
 *
 * @example
 * const proxy = new EncodeDecodeIntra({ roundingFn: roundings.ste });
 */
export const roundings: Record<string, RoundingFn> = { identity, hard, ste, cubic };
