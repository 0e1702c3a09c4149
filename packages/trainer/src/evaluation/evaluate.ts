import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { releaseMemory } from '@sandwich/engine';
import type { RatePoint } from '@sandwich/losses';
import { type Picture, withBitDepth } from '@sandwich/pictures';
import type { Measure, Metric } from './metric.js';
import { psnrMeasure, psnrMetric, psnrOfMeanError, psnrOfMeanErrorMeasure } from './psnr-metric.js';
import { codeImage, type System } from './system.js';

/** Values of other measures than PSNR by their keys; null where images are too small. */
export type Measured = Record<string, (number | null)[]>;

/** Measurements of one image at every setting of a system: bits per pixel, PSNR and other measures. */
export type ImageResult = { image: string } & Record<'bpp' | 'psnr-rgb', number[]> & { [key: string]: unknown };

/** A curve in CompressAI's schema. */
export interface Curve {
  name: string;
  description: string;
  /** Real bits, the proxy's estimate (null where there is none), PSNR, other measures: one value a point. */
  results: Record<'bpp', number[]> & Measured;
}

/** The curve of a system, with the per-image values that it is the mean of. */
export interface SystemResult extends Curve {
  /** Settings of the codec, one a point. */
  settings: string[];
  /** See `System`. */
  anchor?: string;
  /** Means over the images, and the PSNR of their mean error. */
  results: Record<'bpp' | 'psnr-rgb', number[]> & Measured;
  images: ImageResult[];
}

/** An image to measure with, and where it is from. */
export interface LoadedImage {
  path: string;
  /** Of the bit depth of the systems. */
  image: Picture;
}

/** Options of `evaluateSystem` and `evaluateSystems`. */
export interface EvaluationOptions {
  /** What is measured besides PSNR. */
  metrics?: readonly Metric[];
  /** Called after every image. */
  onImage?(name: string): void;
}

/** The mean, or null if there is no value for one of them. */
const mean = (values: readonly (number | null)[]): number | null =>
  values.includes(null) ? null : (values as number[]).reduce((sum, value) => sum + value, 0) / values.length;

/** How many pixels of predictions are kept until they are measured together, which shares what metrics compute of the original. */
const PIXELS_AT_ONCE = 2 ** 24;

/** One image at every setting. */
async function measureImage(
  system: Pick<System, 'model' | 'settings' | 'bitDepth'>,
  image: Picture,
  metrics: readonly Metric[],
): Promise<Measured> {
  const pixels = image.width * image.height;
  const rates: Measured = { bpp: [], 'bpp-estimated': [] };
  const { bitDepth = 8 } = system;
  const measured: Measured = {};
  const original = withBitDepth({ bitDepth, ...image }, 8);
  let waiting: Picture[] = [];
  const measureWaiting = async () => {
    // The networks' activations, for which metrics have no use.
    if (metrics.length > 0) releaseMemory();
    const parts = [await psnrMetric(bitDepth).measure(image, waiting)];
    const pictures = waiting.map((picture) => withBitDepth(picture, 8));
    for (const metric of metrics) parts.push(await metric.measure(original, pictures));
    for (const [key, values] of parts.flatMap(Object.entries<(number | null)[]>)) {
      measured[key] = [...(measured[key] ?? []), ...values];
    }
    waiting = [];
  };
  for await (const { bits, estimatedBits, prediction } of codeImage(system, image)) {
    rates.bpp.push(bits / pixels);
    rates['bpp-estimated'].push(estimatedBits === undefined ? null : estimatedBits / pixels);
    waiting.push(prediction);
    if (waiting.length * pixels >= PIXELS_AT_ONCE) await measureWaiting();
    await setImmediate();
  }
  if (waiting.length > 0) await measureWaiting();
  return { ...rates, ...measured };
}

/**
 * Sends images through real files of several systems and measures bits per source pixel, PSNR over RGB of the images' bit depth, at most
 * 100 dB, and what other metrics measure over 8-bit RGB. Systems that share a model share its pre-processor's work, too.
 *
 * @param systems of one bit depth
 * @returns their results, in the order of the systems
 */
export async function evaluateSystems(
  systems: readonly System[],
  images: AsyncIterable<LoadedImage> | Iterable<LoadedImage>,
  { metrics = [], onImage = () => {} }: EvaluationOptions = {},
): Promise<SystemResult[]> {
  const names: string[] = [];
  const perImage = systems.map((): Measured[] => []);
  for await (const { path, image } of images) {
    for (const model of new Set(systems.map((system) => system.model))) {
      const own = systems.filter((system) => system.model === model);
      const settings = own.flatMap((system) => system.settings);
      const measured = await measureImage({ ...own[0], settings }, image, metrics);
      let start = 0;
      for (const system of own) {
        const end = start + system.settings.length;
        const part = Object.entries(measured).map(([key, values]) => [key, values.slice(start, end)]);
        perImage[systems.indexOf(system)].push(Object.fromEntries(part));
        start = end;
      }
    }
    names.push(basename(path));
    onImage(basename(path));
  }
  return systems.map((system, i) => resultOf(system, names, perImage[i]));
}

/** As `evaluateSystems`, for one system. */
export async function evaluateSystem(
  system: System,
  images: AsyncIterable<LoadedImage> | Iterable<LoadedImage>,
  options: EvaluationOptions = {},
): Promise<SystemResult> {
  const [result] = await evaluateSystems([system], images, options);
  return result;
}

function resultOf(system: System, names: readonly string[], perImage: readonly Measured[]): SystemResult {
  const keys = Object.keys(perImage[0] ?? { bpp: [], 'bpp-estimated': [], 'psnr-rgb': [] });
  const psnrsAt = (i: number) => perImage.map((measured) => measured[psnrMeasure.key][i] as number);
  const meansOf = (key: string) => system.settings.map((_, i) => mean(perImage.map((measured) => measured[key][i])));
  return {
    name: system.name,
    description: system.description,
    settings: system.settings.map(({ label }) => label),
    ...(system.anchor !== undefined && { anchor: system.anchor }),
    results: Object.fromEntries(
      keys.flatMap((key) => [
        [key, meansOf(key)],
        ...(key === psnrMeasure.key
          ? [[psnrOfMeanErrorMeasure.key, system.settings.map((_, i) => psnrOfMeanError(psnrsAt(i)))]]
          : []),
      ]),
    ) as SystemResult['results'],
    images: perImage.map(({ 'bpp-estimated': _, ...measured }, i) => ({ image: names[i], ...measured }) as ImageResult),
  };
}

/** The curve of a result's means, of which more is better; without points where the measure has no value. */
export function curveOf(
  { results }: Curve,
  { key, lessIsBetter }: Pick<Measure, 'key' | 'lessIsBetter'> = psnrMeasure,
): RatePoint[] {
  return results.bpp.flatMap((bpp, i) => {
    const value = results[key]?.[i] ?? null;
    return value === null ? [] : [{ bpp, quality: lessIsBetter ? -value : value }];
  });
}
