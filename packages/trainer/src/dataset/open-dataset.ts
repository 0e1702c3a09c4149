import { type DatasetOptions, DEFAULT_CACHE_BYTES, ImageDataset } from './image-dataset.js';
import { readImageSize, UnusableImage } from './load-image.js';
import { mapConcurrently } from './map-concurrently.js';

const HEADERS_AT_ONCE = 16;

/**
 * Opens photographs for training: checks every file's header, then decodes as many as the cache holds, so that most
 * damaged files are named at once and memory does not grow later.
 *
 * Usable are files of one 8-bit RGB picture, with or without alpha, at least as large as the crop. The others are
 * named and skipped.
 *
 * @throws if no image is usable, naming the first few and why
 * @example
 * const dataset = await openDataset({ images: await findImages('photos'), crop: 128, seed: 1 });
 * const { pixels } = await dataset.nextBatch(8);
 */
export async function openDataset(options: DatasetOptions): Promise<ImageDataset> {
  const { crop, onSkip } = options;
  const images = [...new Set(options.images)];
  if (!Number.isInteger(crop) || crop < 1) {
    throw new RangeError(`openDataset: crop must be a positive integer, got ${crop}`);
  }
  const skipped: UnusableImage[] = [];
  const skip = (error: UnusableImage) => {
    skipped.push(error);
    onSkip?.({ path: error.path, reason: error.reason });
  };
  const noneUsable = () => {
    const shown = skipped.slice(0, 5).map((error) => `\n  ${error.message}`);
    const more = skipped.length > shown.length ? `\n  and ${skipped.length - shown.length} more` : '';
    return new Error(`openDataset: none of the ${images.length} images is usable:${shown.join('')}${more}`);
  };

  const sizes = await mapConcurrently(images, HEADERS_AT_ONCE, (path) => usableSize(path, crop));
  const files: string[] = [];
  const first: string[] = [];
  let bytes = 0;
  for (const [i, size] of sizes.entries()) {
    if (size instanceof UnusableImage) {
      skip(size);
      continue;
    }
    files.push(images[i]);
    bytes += 3 * size.width * size.height;
    if (bytes <= (options.cacheBytes ?? DEFAULT_CACHE_BYTES)) first.push(images[i]);
  }
  if (files.length === 0) throw noneUsable();

  const dataset = new ImageDataset(files, {
    ...options,
    onSkip: ({ path, reason }) => skip(new UnusableImage(path, reason)),
  });
  await dataset.warmUp(first);
  if (skipped.length === images.length) throw noneUsable();
  return dataset;
}

async function usableSize(path: string, crop: number): Promise<{ width: number; height: number } | UnusableImage> {
  try {
    const { width, height } = await readImageSize(path);
    if (width < crop || height < crop)
      throw new UnusableImage(path, `is ${width}x${height}, smaller than the crop, ${crop}x${crop}`);
    return { width, height };
  } catch (error) {
    if (error instanceof UnusableImage) return error;
    throw error;
  }
}
