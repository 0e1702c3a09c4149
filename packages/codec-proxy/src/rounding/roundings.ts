import { tf } from '@sandwich/engine';
import { straightThrough, withGradient } from '../custom-gradient.js';

/** Rounds every element, or stands in for it in training; any shape, float32. */
export type RoundingFn = (x: tf.Tensor, steps?: tf.Tensor) => tf.Tensor;

type Elementwise = (x: tf.Tensor) => tf.Tensor;

/** [x], halves to the even neighbour. */
const nearest: Elementwise = (x) => tf.round(x);
/** [x], halves up. */
const nearestHalfUp: Elementwise = (x) => tf.floor(x.add(0.5));
/** Half-way between the two neighbours of x. */
const midpoint: Elementwise = (x) => tf.floor(x).add(0.5);

/**
 * A rounding that is the same on every unit interval: with the anchor a(x) of the interval, constant on it, and the
 * distance d = x - a(x), its value is a(x) + f(d) and its gradient f'(d). Taking d first keeps float32 accurate at
 * large x.
 */
function periodic(anchor: Elementwise, f: Elementwise, slope: Elementwise): RoundingFn {
  return (x) =>
    withGradient(
      x,
      (input, save) => {
        const base = anchor(input);
        const distance = input.sub(base);
        save([distance]);
        return base.add(f(distance));
      },
      (dy, [distance]) => dy.mul(slope(distance)),
    );
}

/** Forward [x], and the gradient of another rounding, which is a function of d = x - [x]. */
const hardForward =
  (slope: Elementwise): RoundingFn =>
  (x) =>
    withGradient(
      x,
      (input, save) => {
        const rounded = nearest(input);
        save([input.sub(rounded)]);
        return rounded;
      },
      (dy, [distance]) => dy.mul(slope(distance)),
    );

/** No rounding: forward x, gradient 1. */
const identity: RoundingFn = (x) => tf.clone(x);

/** Rounding proper: forward [x], gradient 0. */
const hard: RoundingFn = (x) => tf.round(x);

/**
 * Straight-through estimator x + stopGradient([x] - x): forward [x], gradient 1 (Theis et al. 2017; sandwiched
 * compression).
 */
const ste: RoundingFn = (x) => straightThrough(x, nearest);

/**
 * Cubic surrogate [x] + (x - [x])^3, with gradient 3 (x - [x])^2 (Shin and Song 2017): flat at integers, as
 * rounding is; at halves it still jumps by 3/4, with a slope of 3/4 on both sides.
 */
const cubicSlope: Elementwise = (d) => d.square().mul(3);
const cubic: RoundingFn = periodic(nearest, (d) => d.square().mul(d), cubicSlope);

/** Forward [x], gradient 3 (x - [x])^2 of the cubic surrogate (Strümpler et al. 2020; the STE of Diff-JPEG). */
const cubicSte: RoundingFn = hardForward(cubicSlope);

/** Share of the straight-through gradient that a level has: none up to 1, all from 3 on. */
const shareOfLarge: Elementwise = (x) => tf.clipByValue(x.abs().sub(1).div(2), 0, 1);

/**
 * Forward [x], gradient 0 for |x| up to 1, rising to 1 at 3: the gradient of the squared error to a quantiser step, right in the mean.
 *
 * With x = c / q and error e = c - [x] q, that gradient is -2 E([x] e): where a level changes, both levels err alike, so only constant levels
 * count. For small levels this is what a gradient of 0 gives. For large ones it is the small difference of large numbers, and the
 * straight-through estimate, 2 E(e^2) / q, is as good and has no such noise: their density hardly changes within a step.
 */
const largeSte: RoundingFn = (x) =>
  withGradient(
    x,
    (input, save) => {
      save([shareOfLarge(input)]);
      return nearest(input);
    },
    (dy, [share]) => dy.mul(share),
  );

/** How sharply the gradient of `thresholdSte` is gathered where small levels change. */
const STEEPNESS = 20;

/**
 * Forward [x], with a gradient whose integral over a unit interval is 1, so that over many values it estimates how many levels change: for |x| up
 * to 1 gathered at the halves, as that of `tanhRounding(20)`, because the density of small levels falls steeply; from 3 on straight through, with
 * less noise. The rounding for a rate that differs from level to level (`marginalRate`).
 */
const thresholdSte: RoundingFn = (x) =>
  withGradient(
    x,
    (input, save) => {
      const share = shareOfLarge(input);
      const gathered = tf.sub(1, tf.tanh(input.sub(midpoint(input)).mul(STEEPNESS)).square());
      const peak = STEEPNESS / (2 * Math.tanh(STEEPNESS / 2));
      save([share.add(tf.sub(1, share).mul(gathered).mul(peak))]);
      return nearest(input);
    },
    (dy, [slope]) => dy.mul(slope),
  );

/**
 * Additive uniform noise: x + u with u in [-1/2, 1/2), gradient 1. Rounding a variable with a smooth density errs by
 * just such noise, and the density of x + u is that of [x] interpolated (Ballé et al. 2017).
 *
 * @param seed makes the sequence of noises repeatable, call by call
 */
export function noiseRounding(seed?: number): RoundingFn {
  let call = 0;
  return (x) =>
    straightThrough(x, (input) => {
      const callSeed = seed === undefined ? undefined : seed + call++;
      return input.add(tf.randomUniform(input.shape, -0.5, 0.5, 'float32', callSeed));
    });
}

/**
 * Truncated Fourier series. The error d = x - [x] is a sawtooth of period 1,
 * d = (1/pi) sum_{n >= 1} (-1)^(n+1) / n sin(2 pi n x); leaving off the terms past K,
 * [x] ~ x - (1/pi) sum_{n=1..K} (-1)^(n+1) / n sin(2 pi n x), with gradient 1 - 2 sum_{n=1..K} (-1)^(n+1) cos(2 pi n x),
 * which runs from about 0 around integers to 1 + 2 K at halves (Xing et al. 2021 and code derived from theirs, K = 9).
 *
 * @param terms K, at least 1
 */
export function fourierRounding(terms = 9): RoundingFn {
  if (!(Number.isInteger(terms) && terms >= 1)) {
    throw new RangeError(`fourierRounding: terms must be a positive integer, got ${terms}`);
  }
  const series = (wave: Elementwise, weight: (n: number) => number) => (d: tf.Tensor) =>
    tf.addN(
      Array.from({ length: terms }, (_, i) =>
        wave(d.mul(2 * Math.PI * (i + 1))).mul(i % 2 === 0 ? -weight(i + 1) : weight(i + 1)),
      ),
    );
  const sines = series(tf.sin, (n) => 1 / (Math.PI * n));
  const cosines = series(tf.cos, () => 2);
  return periodic(
    nearest,
    (d) => d.add(sines(d)),
    (d) => cosines(d).add(1),
  );
}

/**
 * x - sin(2 pi x) / (2 pi), with gradient 1 - cos(2 pi x): the first Fourier term at half its weight, so that the gradient
 * is 0 at integers and never negative (DJPEG of the neural imaging toolbox, `sin`).
 */
const sineSlope: Elementwise = (d) => tf.sub(1, tf.cos(d.mul(2 * Math.PI)));
const sine: RoundingFn = periodic(nearest, (d) => d.sub(tf.sin(d.mul(2 * Math.PI)).div(2 * Math.PI)), sineSlope);

/** Forward [x], gradient 1 - cos(2 pi x) of the sine (DJPEG of the neural imaging toolbox, `soft`). */
const sineSte: RoundingFn = hardForward(sineSlope);

/**
 * Staircase of tanh steps: with m = floor(x) + 1/2, m + tanh(k (x - m)) / (2 tanh(k / 2)). The divisor makes the steps
 * meet at integers. Gradient k (1 - tanh^2(k (x - m))) / (2 tanh(k / 2)).
 *
 * @param steepness k, positive; rounding in the limit of infinity, identity in that of 0. Default 5
 */
export function tanhRounding(steepness = 5): RoundingFn {
  assertPositive('tanhRounding: steepness', steepness);
  const height = 0.5 / Math.tanh(steepness / 2);
  const step: Elementwise = (d) => tf.tanh(d.mul(steepness));
  return periodic(
    midpoint,
    (d) => step(d).mul(height),
    (d) => tf.sub(1, step(d).square()).mul(height * steepness),
  );
}

/**
 * Staircase of logistic steps: with m = floor(x) + 1/2, floor(x) + sigmoid(k (x - m)), and gradient k s (1 - s) at
 * s = sigmoid(k (x - m)). It jumps by 2 sigmoid(-k / 2) at integers: 0.013 at the default k.
 *
 * @param steepness k, positive. Default 10, as steep as `tanhRounding` at 5
 */
export function sigmoidRounding(steepness = 10): RoundingFn {
  assertPositive('sigmoidRounding: steepness', steepness);
  const step: Elementwise = (d) => tf.sigmoid(d.mul(steepness));
  return periodic(
    midpoint,
    (d) => step(d).sub(0.5),
    (d) => {
      const s = step(d);
      return s.sub(s.square()).mul(steepness);
    },
  );
}

/**
 * Soft quantiser: the mean of the five integers around x under the probabilities p_k ~ exp(-a (x - k)^2). Its gradient is
 * 2 a Var(k) (JPEG-DL, J4D). With the centre c = floor(x + 1/2), d = x - c and j = k - c in -2..2, the mean is
 * c + sum_j j p_j with p_j ~ exp(-a (d - j)^2) ~ exp(a (2 d j - j^2)).
 *
 * @param hardness a, in units of the quantiser step squared, positive; rounding in the limit of infinity. Default 2
 */
export function softmaxRounding(hardness = 2): RoundingFn {
  assertPositive('softmaxRounding: hardness', hardness);
  // Numerators are at most 1, since |d| <= 1/2, and that of j = 0 is 1: nothing overflows, and the sum is not 0.
  const weight = (d: tf.Tensor, j: number) =>
    tf.exp(
      d
        .mul(2 * j)
        .sub(j * j)
        .mul(hardness),
    );
  const moments = (d: tf.Tensor) => {
    const [minusTwo, minusOne, one, two] = [-2, -1, 1, 2].map((j) => weight(d, j));
    const total = tf.addN([minusTwo, minusOne, one, two]).add(1);
    const mean = one.sub(minusOne).add(two.sub(minusTwo).mul(2)).div(total);
    const square = one.add(minusOne).add(two.add(minusTwo).mul(4)).div(total);
    return { mean, variance: square.sub(mean.square()) };
  };
  return periodic(
    nearestHalfUp,
    (d) => moments(d).mean,
    (d) => moments(d).variance.mul(2 * hardness),
  );
}

function assertPositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be positive and finite, got ${value}`);
}

/**
 * Rounding functions by name; [x] is the nearest integer, halves to the even one as in `tf.round`. Those with a parameter
 * have its default here. `harmonic` is the Fourier series with one term, as the neural imaging toolbox's DJPEG runs it:
 * x - sin(2 pi x) / pi, with a gradient of 1 - 2 cos(2 pi x), negative around integers.
 *
 * @example
 * const proxy = new EncodeDecodeIntra({ roundingFn: roundings.ste });
 */
export const roundings: Record<string, RoundingFn> = {
  identity,
  hard,
  ste,
  cubic,
  cubicSte,
  largeSte,
  thresholdSte,
  noise: noiseRounding(),
  fourier: fourierRounding(),
  sine,
  sineSte,
  harmonic: fourierRounding(1),
  tanh: tanhRounding(),
  sigmoid: sigmoidRounding(),
  softmax: softmaxRounding(),
};

/** The name in `roundings` of a function; null for one of the user's own. */
export const nameOfRounding = (rounding: RoundingFn): string | null =>
  Object.keys(roundings).find((name) => roundings[name] === rounding) ?? null;

/**
 * The function of a name.
 *
 * @param caller for the message
 * @throws RangeError naming those that there are
 */
export function roundingOfName(caller: string, name: unknown): RoundingFn {
  if (typeof name === 'string' && Object.hasOwn(roundings, name)) return roundings[name];
  throw new RangeError(`${caller}: the rounding must be one of ${Object.keys(roundings).join(', ')}, got ${name}`);
}
