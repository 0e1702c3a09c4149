import { tf } from '@sandwich/engine';
import { straightThrough, withGradient } from '../custom-gradient.js';
import { type RoundingFn, roundings } from './roundings.js';

/** Slope of a clip outside of its range (Diff-JPEG). */
const OUTER_SLOPE = 1e-3;

/**
 * Clip to [low, high] whose gradient does not vanish outside: 1 inside, 0.001 outside (Diff-JPEG).
 *
 * @param hard forward is the clip itself; else values continue with the slope of the gradient past the limits
 */
export const softClip = <T extends tf.Tensor>(x: T, low: number, high: number, hard: boolean): T =>
  withGradient<T>(
    x,
    (input, save) => {
      const clipped = tf.clipByValue(input, low, high);
      save([tf.equal(input, clipped)]);
      return (hard ? clipped : input.sub(clipped).mul(OUTER_SLOPE).add(clipped)) as T;
    },
    (dy, [inside]) => tf.where(inside, dy, dy.mul(OUTER_SLOPE)),
  );

/**
 * Clip to [low, high] that a descent leaves again: the gradient passes inside, and at the bounds and beyond where a step against it leads
 * inwards; else it is 0.
 */
export const clipToBounds = <T extends tf.Tensor>(x: T, low: number, high: number): T =>
  withGradient<T>(
    x,
    (input, save) => {
      save([tf.greater(input, low), tf.less(input, high)]);
      return tf.clipByValue(input, low, high) as T;
    },
    (dy, [aboveLow, belowHigh]) => {
      const down = tf.where(aboveLow, tf.relu(dy), tf.zerosLike(dy));
      const up = tf.where(belowHigh, tf.minimum(dy, 0), tf.zerosLike(dy));
      return down.add(up);
    },
  );

/**
 * Floor by the cubic rounding of z = x - 1/2: [z] + (z - [z])^3, with gradient 3 (z - [z])^2 (Diff-JPEG).
 *
 * Where x is a whole number and a half, as many table entries are, that gradient is 0; and at whole numbers, where z lies between
 * two integers, the value is off by 1/8, upwards at odd and downwards at even ones.
 */
const polynomialFloor: RoundingFn = (x) => tf.tidy(() => roundings.cubic(x.sub(0.5)));

/** Forward floor(x), gradient 3 (z - [z])^2 of the polynomial floor (the STE of Diff-JPEG). */
const polynomialSteFloor: RoundingFn = (x) =>
  withGradient(
    x,
    (input, save) => {
      const z = input.sub(0.5);
      save([z.sub(tf.round(z))]);
      return tf.floor(input);
    },
    (dy, [distance]) => dy.mul(distance.square().mul(3)),
  );

/**
 * A differentiable floor.
 *
 * @param hard forward is the floor itself, else the polynomial
 * @param gradient that of the polynomial, or that of the identity, 1
 */
export function softFloor(x: tf.Tensor, hard: boolean, gradient: 'polynomial' | 'identity'): tf.Tensor {
  if (gradient === 'identity') return straightThrough(x, hard ? tf.floor : polynomialFloor);
  return hard ? polynomialSteFloor(x) : polynomialFloor(x);
}

/** floor(x + offset), with the gradient of x. `offset` broadcasts. */
export const floorThrough = <T extends tf.Tensor>(x: T, offset: tf.Tensor | number): T =>
  straightThrough(x, (input) => tf.floor(input.add<T>(offset)));
