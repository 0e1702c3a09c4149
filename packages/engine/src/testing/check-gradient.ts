import { tf } from '../tf.js';
import { dot } from './dot.js';
import { scattered } from './scattered.js';

export interface GradientCheck {
  /** Largest change of an element of the input, in its units. Between the points of evaluation the function must be smooth. Default 0.02. */
  step?: number;
  /** Largest difference between the two slopes, relative to the numeric one. Default 0.001. */
  tolerance?: number;
  /**
   * What the difference between the two slopes may be beyond that. Default 0: a function that is flat along the direction fails, because nothing
   * would be checked.
   */
  absoluteTolerance?: number;
  /**
   * The direction of the slope: `scattered`, the same arbitrary one for equal shapes, or `gradient`, that of the gradient with half as much of
   * the arbitrary one. The latter makes the slope of a function of few results stand out of the rounding of float32. Default `scattered`.
   */
  direction?: 'scattered' | 'gradient';
}

/**
 * Checks that the gradient of a function of tensors is its derivative, for a function of any number of results, with no test framework.
 *
 * The results are weighted by fixed numbers `w` within [-1, 1], so that `F(x) = <w, f(x)>` has one gradient `g`, and an input is moved along a
 * direction `v` whose largest element is 1 or -1. The slope is `<g, v>`; it is compared with the central difference of fourth order
 *
 *     (8 (F(x + h v) - F(x - h v)) - (F(x + 2h v) - F(x - 2h v))) / 12h
 *
 * with `2h = step`, whose error is about `h^4 F^(5) / 30` plus that of rounding, about `1e-7 |F| / h`. Values are float32 and are summed in double precision.
 * `step` balances the two: as large as may be for quadratic functions, small where there are corners. The error of rounding is what `tolerance` has to
 * leave room for, and a wrong gradient is usually wrong by far more.
 *
 * @param f a differentiable function of TFJS ops, called six times for each input
 * @param inputs the point, a float32 tensor or one for each argument; the gradient to each is checked by itself
 * @throws Error that states both slopes, where they differ by more than the tolerance or are not numbers
 * @example
 * checkGradient((x: tf.Tensor) => tf.sin(x), tf.tensor1d([0.5, 1, 2]));
 */
export function checkGradient<T extends tf.Tensor>(f: (x: T) => tf.Tensor, inputs: T, check?: GradientCheck): void;
export function checkGradient(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  check?: GradientCheck,
): void;
export function checkGradient(
  f: (...inputs: never[]) => tf.Tensor,
  inputs: tf.Tensor | readonly tf.Tensor[],
  check: GradientCheck = {},
): void {
  const { tolerance = 1e-3, absoluteTolerance = 0 } = check;
  const point = [inputs].flat() as tf.Tensor[];
  for (const i of point.keys()) {
    const [slope, numeric] = slopes(f as (...inputs: tf.Tensor[]) => tf.Tensor, point, i, check);
    const difference = Math.abs(slope - numeric);
    if (difference < absoluteTolerance + tolerance * Math.abs(numeric)) continue;
    throw new Error(
      `checkGradient: to input ${i} of shape [${point[i].shape}] the gradient gives a slope of ${slope}, the central difference ${numeric}, ` +
        `which differ by more than ${tolerance} of the latter${absoluteTolerance > 0 ? ` and ${absoluteTolerance}` : ''}`,
    );
  }
}

/** The slope along a direction in one of the inputs: by the gradient, and by the central difference. */
function slopes(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  i: number,
  { step = 2e-2, direction = 'scattered' }: GradientCheck,
): [number, number] {
  return tf.tidy(() => {
    // A copy, so that f may use the input elsewhere too.
    const x = inputs[i].clone();
    const weights = scattered(tf.tidy(() => f(...inputs)).shape, 8, [-1, 1]);
    const gradient = tf.grad((moved) => f(...inputs.with(i, moved)))(x, weights);
    const arbitrary = toUnit(scattered(x.shape, 7, [-1, 1]));
    const v = direction === 'scattered' ? arbitrary : toUnit(toUnit(gradient).add(arbitrary.div(2)));
    const w = weights.dataSync();
    const at = (distance: number) => dot(f(...inputs.with(i, x.add(v.mul(distance)))).dataSync(), w);
    const h = step / 2;
    const numeric = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    return [dot(gradient.dataSync(), v.dataSync()), numeric];
  });
}

/** Scaled to a largest magnitude of 1; zeros stay. */
const toUnit = (x: tf.Tensor): tf.Tensor => tf.divNoNan(x, tf.max(tf.abs(x)));
