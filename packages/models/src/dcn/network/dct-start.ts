import { dctBasis } from '@sandwich/codec-proxy';
import { type Parameters, tf } from '@sandwich/engine';
import { LEAKY_SLOPE } from './layers.js';

/** Height and width of the block of pixels that becomes one place of the latent. */
const BLOCK = 8;

/** Rows of an orthonormal colour transform of red, green and blue: their mean, and two differences. */
const COLOURS = [
  [1, 1, 1],
  [1, 0, -1],
  [1, -2, 1],
].map((row) => row.map((x) => x / Math.hypot(...row)));

/** About what shares the colours of `COLOURS` have in the variance of photographs. */
const COLOUR_SHARES = [0.95, 0.04, 0.01];

/** About the correlation of neighbouring samples of photographs. */
const CORRELATION = 0.95;

/** Haar functions on the places (0, 0), (0, 1), (1, 0), (1, 1), orthonormal. */
const HAAR = [
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 1, -1, -1],
  [1, -1, -1, 1],
].map((row) => row.map((x) => x / 2));

/** Haar functions of two levels on three samples of 4x4 pixels. */
const HAAR_FUNCTIONS = 3 * HAAR.length ** 2;

/** leaky(x) - leaky(-x) is x times this. */
const PAIR_GAIN = 1 + LEAKY_SLOPE;

/** A basis function of a block: a DCT of one colour. */
interface Coefficient {
  colour: number;
  vertical: number;
  horizontal: number;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** The orthonormal DCT of a row, sample x of the function of a frequency at [frequency][x]: that of blocks, without vertical frequency. */
const DCT = range(BLOCK).map((frequency) =>
  range(BLOCK).map((x) => Math.sqrt(BLOCK) * dctBasis[x * BLOCK ** 2 + frequency]),
);

/** Variances of the DCT of 8 samples of variance 1 whose correlation falls by `CORRELATION` from one to the next. */
const VARIANCES = DCT.map((f) =>
  f.reduce((sum, fx, x) => sum + f.reduce((part, fy, y) => part + fx * fy * CORRELATION ** Math.abs(x - y), 0), 0),
);

const variance = ({ colour, vertical, horizontal }: Coefficient): number =>
  COLOUR_SHARES[colour] * (VARIANCES[vertical] * VARIANCES[horizontal]);

/** The coefficients of the largest variances, largest first. */
function keptCoefficients(count: number): Coefficient[] {
  const all = Array.from({ length: COLOURS.length * BLOCK ** 2 }, (_, id) => ({
    colour: Math.floor(id / BLOCK ** 2),
    vertical: Math.floor(id / BLOCK) % BLOCK,
    horizontal: id % BLOCK,
  }));
  return all.toSorted((a, b) => variance(b) - variance(a)).slice(0, count);
}

/** Products of a coefficient's basis function and the Haar functions on a quarter of its block, 12 l + 4 sample + k for k on pairs of pixels and l on pairs of these. */
function onHaarFunctions({ colour, vertical, horizontal }: Coefficient, quarter: number): number[] {
  const products = new Array<number>(HAAR_FUNCTIONS).fill(0);
  for (let outer = 0; outer < 4; outer++) {
    for (let inner = 0; inner < 4; inner++) {
      const y = 4 * (quarter >> 1) + 2 * (outer >> 1) + (inner >> 1);
      const x = 4 * (quarter & 1) + 2 * (outer & 1) + (inner & 1);
      for (let i = 0; i < HAAR_FUNCTIONS; i++) {
        const [l, sample, k] = [Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4];
        products[i] +=
          DCT[vertical][y] * DCT[horizontal][x] * COLOURS[colour][sample] * HAAR[l][outer] * HAAR[k][inner];
      }
    }
  }
  return products;
}

type Tap = [y: number, x: number, input: number, output: number, weight: number];

/** Gives the outputs of a kernel [size, size, inputs, outputs] that `owned` names these taps and no other; the rest stays. */
function assignTaps(kernel: tf.Variable, owned: (output: number) => boolean, taps: Tap[]): void {
  const [, width, inputs, outputs] = kernel.shape;
  const values = kernel.dataSync().map((value, i) => (owned(i % outputs) ? 0 : value));
  for (const [y, x, input, output, weight] of taps)
    values[((y * width + x) * inputs + input) * outputs + output] = weight;
  tf.tidy(() => kernel.assign(tf.tensor(values, kernel.shape)));
}

/** Places of blocks of 2x2 in windows of 5x5 with stride 2, which begin a pixel before the block. */
const inWindow = (place: number): [y: number, x: number] => [1 + (place >> 1), 1 + (place & 1)];

/** A value and its negative, of which leaky ReLUs leave the value itself. */
const pair = (index: number): [index: number, sign: 1 | -1][] => [
  [2 * index, 1],
  [2 * index + 1, -1],
];

/**
 * Makes a DCN a transform codec: its latent is the DCT of blocks of 8x8 pixels, by way of two levels of a Haar transform, after which the last convolution can
 * make any function of the block. It keeps the coefficients of largest variance in a separable first-order Markov model, for which the DCT is close to the
 * Karhunen-Loève transform (Ahmed, Natarajan and Rao, 1974). Symbols of a colour's mean reach every colour; those of the other coefficients reach as many
 * deviations as those of the first one, by steps no finer than `step`. Residual blocks add nothing at first, and what the codec does without keeps its random
 * weights, so that the whole network can be trained.
 *
 * @param parameters of a `Dcn`
 * @param levels entries of the codebook
 * @param step the finest quantiser step, in levels of 255 of an orthonormal transform
 */
export function startFromDct(
  parameters: Parameters,
  { features, levels, step }: { features: number; levels: number; step: number },
): void {
  const assign = (path: string, owned: (output: number) => boolean, taps: Tap[]) =>
    assignTaps(parameters[`${path}/kernel`], owned, taps);
  const every = () => true;
  const none: Tap[] = [];
  for (const residual of ['encoder', 'decoder'].flatMap((side) => [1, 2, 3].map((i) => `${side}/residual${i}`)))
    assign(`${residual}/conv2`, every, none);

  const kept = keptCoefficients(features);
  const stepOfMean = (BLOCK * 255 * Math.sqrt(COLOURS.length)) / (levels - 1);
  const steps = kept.map((coefficient) => {
    const isMean = coefficient.vertical === 0 && coefficient.horizontal === 0;
    return Math.max(step, stepOfMean * (isMean ? 1 : Math.sqrt(variance(coefficient) / variance(kept[0]))));
  });
  const products = kept.map((coefficient) => range(4).map((quarter) => onHaarFunctions(coefficient, quarter)));

  const first = range(3 * 4).map((i): [i: number, sample: number, k: number] => [i, i >> 2, i & 3]);
  assign('encoder/conv1', (output) => output < 2 * first.length, first.flatMap(([i, sample, k]) => range(4).flatMap((place) => pair(i).map(([output, sign]): Tap => [...inWindow(place), sample, output, sign * HAAR[k][place]])))); // biome-ignore format: one call
  assign('encoder/conv2', (output) => output < HAAR_FUNCTIONS, range(4).flatMap((l) => first.flatMap(([i]) => range(4).flatMap((place) => pair(i).map(([input, sign]): Tap => [...inWindow(place), input, first.length * l + i, (sign * HAAR[l][place]) / PAIR_GAIN]))))); // biome-ignore format: one call
  // Images come in [-1, 1], half of 255 levels to either side.
  assign('encoder/conv3', every, kept.flatMap((_, f) => range(4).flatMap((quarter) => range(HAAR_FUNCTIONS).map((j): Tap => [...inWindow(quarter), j, f, (127.5 / steps[f]) * products[f][quarter][j]])))); // biome-ignore format: one call

  assign('decoder/conv1', (output) => output % 128 < HAAR_FUNCTIONS, kept.flatMap((_, f) => range(4).flatMap((quarter) => range(HAAR_FUNCTIONS).map((j): Tap => [1, 1, f, 128 * quarter + j, (steps[f] / 127.5) * products[f][quarter][j]])))); // biome-ignore format: one call
  assign('decoder/conv2', (output) => output % 64 < 2 * first.length, range(4).flatMap((l) => first.flatMap(([i]) => range(4).flatMap((place) => pair(i).map(([output, sign]): Tap => [1, 1, first.length * l + i, 64 * place + output, sign * HAAR[l][place]]))))); // biome-ignore format: one call
  assign('decoder/conv3', every, first.flatMap(([i, sample, k]) => range(4).flatMap((place) => pair(i).map(([input, sign]): Tap => [1, 1, input, 3 * place + sample, (sign * HAAR[k][place]) / PAIR_GAIN])))); // biome-ignore format: one call
}
