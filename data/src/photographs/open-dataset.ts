import { UnusableImage } from '@sandwich/pictures';
import { mapConcurrently } from '../map-concurrently.js';
import {
  type DatasetOptions,
  DEFAULT_CACHE_BYTES,
  DEFAULT_CONCURRENCY,
  ImageDataset,
  type UsableFile,
} from './image-dataset.js';
import { checkLight } from './load-image.js';
import { scaledSide } from './scaled-crop.js';
import { noneUsable, usableHeader } from './usable-header.js';

const HEADERS_AT_ONCE = 16;

/**
 * Opens photographs for training: checks every file's header, then decodes as many as the cache holds, so that most
 * damaged files are named at once and memory does not grow later.
 *
 * A usable file holds exactly one RGB picture of standard dynamic range, with or without alpha, of 8 or 16 bits and at least `bitDepth`,
 * and is at least as large as the crop. The others are named and skipped.
 *
 * @throws if no image is usable, naming the first few and why
 * @example
 * const dataset = await openDataset({ images: await findImages('photos'), crop: 128, seed: 1 });
 * const { pixels } = await dataset.nextBatch(8);
 */
export async function openDataset(options: DatasetOptions): Promise<ImageDataset> {
  const {
    crop,
    bitDepth = 8,
    light = 'display',
    scales = [1],
    cacheBytes = DEFAULT_CACHE_BYTES,
    concurrency = DEFAULT_CONCURRENCY,
    onSkip,
  } = options;
  const images = [...new Set(options.images)];
  if (!Number.isInteger(crop) || crop < 1) {
    throw new RangeError(`openDataset: crop must be a positive integer, got ${crop}`);
  }
  if (!Number.isInteger(bitDepth) || bitDepth < 8 || bitDepth > 16) {
    throw new RangeError(`openDataset: bitDepth must be an integer of 8 to 16, got ${bitDepth}`);
  }
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`openDataset: concurrency must be a positive integer, got ${concurrency}`);
  }
  checkLight(light, bitDepth);
  const skipped: UnusableImage[] = [];
  const skip = (error: UnusableImage) => {
    skipped.push(error);
    onSkip?.({ path: error.path, reason: error.reason });
  };
  const headers = await mapConcurrently(images, HEADERS_AT_ONCE, (path) =>
    usableHeader(path, { crop: scaledSide(crop, Math.max(...scales)), bitDepth, light }),
  );
  const files: UsableFile[] = [];
  const first: string[] = [];
  let bytes = 0;
  for (const [i, header] of headers.entries()) {
    if (header instanceof UnusableImage) {
      skip(header);
      continue;
    }
    files.push({ path: images[i], shape: header });
    bytes += (bitDepth === 8 ? 3 : 6) * header.width * header.height;
    if (bytes <= cacheBytes) first.push(images[i]);
  }
  if (files.length === 0) throw noneUsable(skipped, 'openDataset');

  const dataset = new ImageDataset(files, {
    ...options,
    onSkip: ({ path, reason }) => skip(new UnusableImage(path, reason)),
  });
  await dataset.warmUp(first);
  if (skipped.length === images.length) throw noneUsable(skipped, 'openDataset');
  return dataset;
}
