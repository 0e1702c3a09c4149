import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { RatePoint } from '@sandwich/losses';
import { type Picture, toRawImage } from '../raw-images.js';
import type { Measure, Metric } from './metric.js';
import { psnrMeasure, psnrMetric } from './psnr-metric.js';
import { codeImage, type System } from './system.js';

/** Values of other measures than PSNR by their keys; null where images are too small. */
type Measured = Record<string, (number | null)[]>;

/** Measurements of one image at every setting of a system: bits per pixel, PSNR and other measures. */
export type ImageResult = { image: string } & Record<'bpp' | 'psnr-rgb', number[]> & { [key: string]: unknown };

/** A curve in CompressAI's schema, with the per-image values that it is the mean of. */
export interface SystemResult {
  name: string;
  description: string;
  /** Settings of the codec, one a point. */
  settings: string[];
  /** Means over the images: real bits, the proxy's estimate (null where there is none), PSNR, other measures. */
  results: Record<'bpp' | 'psnr-rgb', number[]> & Measured;
  images: ImageResult[];
}

export interface LoadedImage {
  path: string;
  /** Of the bit depth of the systems. */
  image: Picture;
}

export interface EvaluationOptions {
  /** What is measured besides PSNR. */
  metrics?: readonly Metric[];
  /** Called after every image. */
  onImage?(name: string): void;
}

/** The mean, or null if there is no value for one of them. */
const mean = (values: readonly (number | null)[]): number | null =>
  values.includes(null) ? null : (values as number[]).reduce((sum, value) => sum + value, 0) / values.length;

/** One image at every setting. */
async function measureImage(system: System, image: Picture, metrics: readonly Metric[]): Promise<Measured> {
  const pixels = image.width * image.height;
  const rates: Measured = { bpp: [], 'bpp-estimated': [] };
  const { bitDepth = 8 } = system;
  const predictions: Picture[] = [];
  for await (const { bits, estimatedBits, prediction } of codeImage(system, image)) {
    rates.bpp.push(bits / pixels);
    rates['bpp-estimated'].push(estimatedBits === undefined ? null : estimatedBits / pixels);
    predictions.push(prediction);
    await setImmediate();
  }
  const measured: Measured = await psnrMetric(bitDepth).measure(image, predictions);
  const [original, ...pictures] = [image, ...predictions].map((picture) => toRawImage(picture, bitDepth));
  for (const metric of metrics) Object.assign(measured, await metric.measure(original, pictures));
  return { ...rates, ...measured };
}

/**
 * Sends images through a system's real JPEG files and measures bits per source pixel, PSNR over RGB of the images' bit
 * depth, at most 100 dB, and what other metrics measure over 8-bit RGB.
 */
export async function evaluateSystem(
  system: System,
  images: AsyncIterable<LoadedImage> | Iterable<LoadedImage>,
  { metrics = [], onImage = () => {} }: EvaluationOptions = {},
): Promise<SystemResult> {
  const names: string[] = [];
  const perImage: Measured[] = [];
  for await (const { path, image } of images) {
    perImage.push(await measureImage(system, image, metrics));
    names.push(basename(path));
    onImage(basename(path));
  }
  const keys = Object.keys(perImage[0] ?? { bpp: [], 'bpp-estimated': [], 'psnr-rgb': [] });
  const meansOf = (key: string) => system.settings.map((_, i) => mean(perImage.map((measured) => measured[key][i])));
  return {
    name: system.name,
    description: system.description,
    settings: system.settings.map(({ label }) => label),
    results: Object.fromEntries(keys.map((key) => [key, meansOf(key)])) as SystemResult['results'],
    images: perImage.map(({ 'bpp-estimated': _, ...measured }, i) => ({ image: names[i], ...measured }) as ImageResult),
  };
}

/** The curve of a result's means, of which more is better; without points where the measure has no value. */
export function curveOf(
  { results }: SystemResult,
  { key, lessIsBetter }: Pick<Measure, 'key' | 'lessIsBetter'> = psnrMeasure,
): RatePoint[] {
  return results.bpp.flatMap((bpp, i) => {
    const value = results[key][i];
    return value === null ? [] : [{ bpp, quality: lessIsBetter ? -value : value }];
  });
}
