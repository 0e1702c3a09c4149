import type { Codec } from '@sandwich/codecs';
import { centreCrop, type Picture } from '@sandwich/pictures';
import { codecFiles } from '../codec-files.js';
import type { Sandwich } from '../sandwich.js';
import { qualitySettings } from './codec-setting.js';
import { sharedPreprocessor } from './shared-passes.js';
import { stepOfSetting } from './step-of-setting.js';

/** Qualities at which rates are measured; between and beyond them log rates are taken to be linear. */
const PROBES = [5, 25, 50, 75, 95];
/** How many of the pictures are probed, cropped to their centres. */
const PROBED_IMAGES = 8;
const PROBED_SIDE = 256;
/** How far rates may be from those of the probes. */
const MARGIN = 1.2;
/** Within which quality means the same to all codecs: 100 is lossless in some. */
const [LOWEST, HIGHEST] = [1, 99];

/** Networks, or none, and the codec around which they lie. */
export interface ProbedSystem {
  model: Sandwich;
  codec: Codec;
}

/**
 * Qualities at which every one of some systems has rates that bracket a range, evenly spaced in the logarithm of their mean rate. They are
 * found on the centres of a few of the images.
 *
 * @param systems of one format
 * @param range bits a source pixel
 * @returns whole numbers in rising order, at most `count`
 * @throws RangeError without images
 */
export async function chooseQualities(
  systems: readonly ProbedSystem[],
  images: readonly Picture[],
  [low, high]: readonly [number, number],
  count = 8,
): Promise<number[]> {
  if (images.length === 0) throw new RangeError('qualities are chosen on pictures, and there are none');
  const every = Math.ceil(images.length / PROBED_IMAGES);
  const crops = images.filter((_, i) => i % every === 0).map((image) => centreCrop(image, PROBED_SIDE));
  const curves: number[][] = [];
  for (const system of systems) curves.push(await logRates(system, crops));
  const qualityAt = (rates: readonly number[], bpp: number) => interpolate(rates, PROBES, Math.log(bpp));
  const first = Math.min(...curves.map((rates) => qualityAt(rates, low / MARGIN)));
  const last = Math.max(...curves.map((rates) => qualityAt(rates, high * MARGIN)));
  const means = PROBES.map((_, i) => curves.reduce((sum, rates) => sum + rates[i], 0) / curves.length);
  const [from, to] = [first, last].map((quality) => interpolate(PROBES, means, within(quality)));
  const qualities = Array.from({ length: count }, (_, i) => {
    const rate = from + ((to - from) * i) / (count - 1);
    return Math.round(within(interpolate(means, PROBES, rate)));
  });
  return [...new Set(qualities)];
}

const within = (quality: number): number => Math.min(Math.max(quality, LOWEST), HIGHEST);

/** Logarithms of the mean rates of images at the probes, bits a source pixel, rising. */
async function logRates({ model, codec }: ProbedSystem, images: readonly Picture[]): Promise<number[]> {
  const { layout } = codecFiles(model);
  const bits = PROBES.map(() => 0);
  const settings = qualitySettings(codec, PROBES);
  for (const image of images) {
    const bottleneckOf = sharedPreprocessor(model);
    const coded = settings.map(async (setting) =>
      setting.code(await bottleneckOf(image, { step: stepOfSetting(model, setting) }), layout),
    );
    for (const [i, each] of (await Promise.all(coded)).entries()) bits[i] += each.bits;
  }
  const pixels = images.reduce((sum, { width, height }) => sum + width * height, 0);
  const rates: number[] = [];
  // An image without detail costs the same at any quality; the curve must rise nevertheless.
  for (const sum of bits) rates.push(Math.max(Math.log(sum / pixels), (rates.at(-1) ?? -Infinity) + 1e-6));
  return rates;
}

/** Piecewise linear through points whose `xs` rise, the outer pieces going on. */
function interpolate(xs: readonly number[], ys: readonly number[], x: number): number {
  const right = xs.findIndex((each, i) => i > 0 && (x < each || i === xs.length - 1));
  const left = right - 1;
  return ys[left] + ((x - xs[left]) / (xs[right] - xs[left])) * (ys[right] - ys[left]);
}
