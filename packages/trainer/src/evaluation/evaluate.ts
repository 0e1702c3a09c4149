import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { RawImage } from '@sandwich/codecs';
import type { RatePoint } from './rate-curve.js';
import { codeImage, type System } from './system.js';

/** Measurements of one image at every setting of a system. */
export interface ImageResult {
  image: string;
  bpp: number[];
  'psnr-rgb': number[];
}

/** A curve in CompressAI's schema, with the per-image values that it is the mean of. */
export interface SystemResult {
  name: string;
  description: string;
  /** Settings of the codec, one a point. */
  settings: string[];
  /** Means over the images: real bits, the proxy's estimate (null where there is none), PSNR. */
  results: { bpp: number[]; 'bpp-estimated': (number | null)[]; 'psnr-rgb': number[] };
  images: ImageResult[];
}

export interface LoadedImage {
  path: string;
  image: RawImage;
}

/** What an image counts that comes back without an error, and the most that any counts: means and plots need numbers. */
const MAX_PSNR = 100;

const psnr = (a: Uint8Array, b: Uint8Array): number => {
  let error = 0;
  for (let i = 0; i < a.length; i++) error += (a[i] - b[i]) ** 2;
  return Math.min(10 * Math.log10((255 ** 2 * a.length) / error), MAX_PSNR);
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Sends images through a system's real JPEG files and measures bits per source pixel and PSNR over 8-bit RGB, the latter
 * at most 100 dB.
 *
 * @param onImage called after every image
 */
export async function evaluateSystem(
  system: System,
  images: AsyncIterable<LoadedImage> | Iterable<LoadedImage>,
  onImage: (name: string) => void = () => {},
): Promise<SystemResult> {
  const perImage: (ImageResult & { estimated: (number | null)[] })[] = [];
  for await (const { path, image } of images) {
    const result = {
      image: basename(path),
      bpp: [] as number[],
      'psnr-rgb': [] as number[],
      estimated: [] as (number | null)[],
    };
    const pixels = image.width * image.height;
    for await (const { bits, estimatedBits, prediction } of codeImage(system, image)) {
      result.bpp.push(bits / pixels);
      result.estimated.push(estimatedBits === undefined ? null : estimatedBits / pixels);
      result['psnr-rgb'].push(psnr(image.data, prediction.data));
      await setImmediate();
    }
    perImage.push(result);
    onImage(result.image);
  }
  const meanAt = (key: 'bpp' | 'psnr-rgb') =>
    system.settings.map((_, i) => mean(perImage.map((result) => result[key][i])));
  return {
    name: system.name,
    description: system.description,
    settings: system.settings.map(({ label }) => label),
    results: {
      bpp: meanAt('bpp'),
      'bpp-estimated': system.settings.map((_, i) => {
        const estimates = perImage.map(({ estimated }) => estimated[i]);
        return estimates.some((value) => value === null) ? null : mean(estimates as number[]);
      }),
      'psnr-rgb': meanAt('psnr-rgb'),
    },
    images: perImage.map(({ estimated, ...result }) => result),
  };
}

/** The curve of a result's means. */
export const curveOf = ({ results }: SystemResult): RatePoint[] =>
  results.bpp.map((bpp, i) => ({ bpp, quality: results['psnr-rgb'][i] }));
