import { EntropyBottleneck } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import { FactorizedPrior } from '../factorized-prior.js';

/** Haar functions on the places (0, 0), (0, 1), (1, 0), (1, 1). */
const HAAR = [
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 1, -1, -1],
  [1, -1, -1, 1],
];

/** Red, green and blue to a mean and two differences, and back. */
const TO_COLOURS = [
  [1 / 3, 1 / 3, 1 / 3],
  [1 / 2, -1 / 2, 0],
  [1 / 6, 1 / 6, -1 / 3],
];
const FROM_COLOURS = [
  [1, 1, 1],
  [1, -1, 1],
  [1, 0, -2],
];

/** A weight of a kernel by its place in it. */
type Tap = [dy: number, dx: number, third: number, fourth: number, weight: number];
type Taps = Tap[];

/** Sets a kernel that is zero everywhere else. */
function assignKernel(variable: tf.Variable, taps: Taps): void {
  const buffer = tf.buffer(variable.shape as [number, number, number, number]);
  for (const [dy, dx, third, fourth, weight] of taps) buffer.set(weight, dy, dx, third, fourth);
  const values = buffer.toTensor();
  variable.assign(values);
  values.dispose();
}

/** Coefficients of three levels that are kept, of 192, and of all four, of four times as many. */
const FEATURES = 112;
const LATENT = 320;

/** The coefficients that are kept, by their numbers: details and differences of colours are left out first. @param numbers of the coefficients */
function kept(numbers: readonly number[], count: number): Map<number, number> {
  const detail = [0, 1, 1, 2];
  const frequency = (id: number) =>
    (id % 12 >= 4 ? 12 : 0) +
    8 * detail[id % 4] +
    4 * detail[Math.floor((id % 48) / 12)] +
    2 * detail[Math.floor((id % 192) / 48)] +
    detail[Math.floor(id / 192)];
  const ordered = numbers.toSorted((a, b) => frequency(a) - frequency(b));
  return new Map(ordered.slice(0, count).map((id, channel) => [id, channel]));
}

/** Narrow densities, and intervals for levels up to 16. */
function assignDensities({ bottleneck: { channels, parameters } }: FactorizedPrior): void {
  const narrow = new EntropyBottleneck({ channels, filters: [3, 3, 3, 3], initScale: 0.2 });
  for (const [path, variable] of Object.entries(parameters)) variable.assign(narrow.parameters[path]);
  tf.tidy(() => parameters.quantiles.assign(tf.tile(tf.tensor2d([[-16, 0, 16]]), [channels, 1])));
  narrow.dispose();
}

/**
 * A factorised-prior codec that nobody has trained and that codes pictures: four levels of a Haar transform, of which 320 coefficients of low frequencies are
 * kept. Its normalisations divide by 1.
 *
 * @param fineness levels in the range of samples
 */
export function haarPrior(fineness: number): FactorizedPrior {
  const prior = new FactorizedPrior({ features: FEATURES, latentChannels: LATENT });
  const third = kept([...Array(192).keys()], FEATURES);
  const fourth = kept(
    [0, 1, 2, 3].flatMap((k) => [...third.keys()].map((id) => 192 * k + id)),
    LATENT,
  );
  const { parameters } = prior;
  for (const [path, variable] of Object.entries(parameters)) {
    if (!/beta$|^entropy/.test(path)) tf.tidy(() => variable.assign(tf.zerosLike(variable)));
  }
  assignDensities(prior);
  // Windows begin two pixels before the block, those of the transposed ones two after: taps are 2 and 3.
  const taps = (channels: number, tap: (c: number, place: [number, number], sign: number, k: number) => Taps) =>
    Array.from({ length: channels }, (_, c) =>
      HAAR.flatMap((f, k) => f.flatMap((sign, p) => tap(c, [2 + (p >> 1), 2 + (p & 1)], sign, k))),
    ).flat();
  const set = (path: string, of: Taps) => assignKernel(parameters[`${path}/weight`], of);
  // Level 1 of colour c at 4 c + k; level 2 of that, i, at 12 k + i; level 3 of that, j, and level 4 of that, q, where they are kept.
  set('g_a/0', taps(3, (c, at, s, k) => TO_COLOURS[c].map((of, x): Tap => [...at, x, 4 * c + k, (of * s) / 4]))); // biome-ignore format: one call
  set(
    'g_a/2',
    taps(12, (i, at, s, k) => [[...at, i, 12 * k + i, s / 4]]),
  );
  const middle = (weight: number) =>
    taps(48, (j, at, s, k) => (third.has(48 * k + j) ? [[...at, j, third.get(48 * k + j)!, s * weight]] : []));
  set('g_a/4', middle(1 / 4));
  const last = (tap: (at: [number, number], channel: number, q: number, sign: number) => Tap) =>
    taps(192, (q, at, s, k) => {
      const channel = fourth.get(192 * k + q);
      return channel === undefined ? [] : [tap(at, channel, third.get(q)!, s)];
    });
  set('g_a/6', last((at, channel, q, s) => [...at, q, channel, (fineness * s) / 4])); // biome-ignore format: one call
  // Back: of transposed kernels the third axis is that of the outputs.
  set('g_s/0', last((at, channel, q, s) => [...at, q, channel, s / fineness])); // biome-ignore format: one call
  set('g_s/2', middle(1));
  set(
    'g_s/4',
    taps(12, (i, at, s, k) => [[...at, i, 12 * k + i, s]]),
  );
  set('g_s/6', taps(3, (c, at, s, k) => FROM_COLOURS.map((to, x): Tap => [...at, x, 4 * c + k, to[c] * s]))); // biome-ignore format: one call
  return prior;
}
