import { tf } from '@sandwich/engine';

/** Levels among which a soft quantiser chooses. */
export interface SoftAlphabet {
  /** Bits b of a level: the alphabet is -(2^(b-1) - 1) to 2^(b-1). Default 11, that of JPEG with 8 bits a sample. */
  bits?: number;
  /**
   * `jpeg-dl`: the window of five levels ends one level early at the top of the alphabet, as in the published code of JPEG-DL, so that the
   * highest level is never chosen.
   */
  compat?: 'jpeg-dl';
}

/** Number of levels in a window. */
export const WINDOW = 5;
const REACH = (WINDOW - 1) / 2;

/** Lowest and highest level of an alphabet. @throws RangeError unless bits are whole, 3 to 16 */
export function rangeOf(caller: string, { bits = 11 }: SoftAlphabet): [low: number, high: number] {
  if (!(Number.isInteger(bits) && bits >= 3 && bits <= 16)) {
    throw new RangeError(`${caller}: bits must be a whole number of 3 to 16, got ${bits}`);
  }
  return [1 - 2 ** (bits - 1), 2 ** (bits - 1)];
}

/** The level of low to high that is nearest to x, halves up. */
export const nearestLevel = (x: tf.Tensor, low: number, high: number): tf.Tensor =>
  tf.clipByValue(tf.floor(x.add(0.5)), low, high);

/** The five levels around the one nearest to a value, moved so that all are in the alphabet. */
export interface Window {
  /** The lowest level, of the shape of the values. */
  first: tf.Tensor;
  /** The level of the window that is nearest, of the same shape. */
  nearest: tf.Tensor;
  /** Level less the nearest one, [5, …]. */
  offsets: tf.Tensor;
}

/** The windows of values x in units of the step. */
export function windowOf(caller: string, x: tf.Tensor, alphabet: SoftAlphabet): Window {
  const [low, high] = rangeOf(caller, alphabet);
  const last = alphabet.compat === 'jpeg-dl' ? high - 1 : high;
  const rounded = tf.floor(x.add(0.5));
  const first = tf.clipByValue(rounded.sub(REACH), low, last - WINDOW + 1);
  const nearest = tf.clipByValue(rounded, low, last);
  const steps = tf.reshape(tf.range(0, WINDOW), [WINDOW, ...new Array(x.rank).fill(1)]);
  return { first, nearest, offsets: steps.add(first.sub(nearest)) };
}

/**
 * exp(-a (x - k)^2) of levels k, over that of the nearest one, so that the largest is 1, whatever a is.
 *
 * @param distance x less the nearest level
 * @param offsets j, the levels less the nearest one, [K, ...distance.shape]
 * @param a hardness, which broadcasts against the distance
 */
export const softWeights = (distance: tf.Tensor, offsets: tf.Tensor, a: tf.Tensor): tf.Tensor =>
  // -(d - j)^2 + d^2 = j (2 d - j)
  tf.exp(distance.mul(2).sub(offsets).mul(offsets).mul(a));

/** Sums a gradient over the axes along which an operand was broadcast. */
export function sumToShape(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, shape);
}
