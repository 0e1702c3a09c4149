import type { Batch, BatchStream, Share } from '../batch-stream.js';
import type { Crops } from './image-dataset.js';
import { openDataset } from './open-dataset.js';
import { choosePhotographs, type PhotographData, splitPhotographs } from './photograph-data.js';
import { cutSide, type PhotographSettings } from './photograph-settings.js';

/** Options of `openPhotographStream`. */
export interface PhotographStreamOptions extends PhotographSettings {
  /** An integer from 0 to 2^53 - 1. */
  seed: number;
  data: PhotographData;
  /** To train, or to judge on what is held back. */
  purpose: 'train' | 'validate';
  /** Number of the first batch, default 0. */
  position?: number;
  /** The part of each batch that this process takes, default all. */
  share?: Share;
}

/**
 * Opens batches of random square crops of photographs, half of them mirrored.
 *
 * A batch holds `images`, [B, side, side, 3] with a side of cropSize * reduce pixels, whole numbers in [0, 2^bitDepth - 1]: to reduce them
 * to cropSize pixels is the model's. The last `validationImages` photographs, by name, are held back from training; validation is one
 * batch of as many crops of these, the same each time. Batch number n depends on nothing but the seed, n, the batch size and the files,
 * so that a resumed run goes on exactly.
 *
 * @returns null for validation when nothing is held back
 * @throws Error when the data holds no image, all would be held back, or none can be used, naming the first few and why
 * @example
 * const data = { images: 'photos', note: console.error };
 * const stream = await openPhotographStream({ ...photographSettings, seed: 1, data, purpose: 'train' });
 * const batch = await stream?.next();
 */
export async function openPhotographStream(options: PhotographStreamOptions): Promise<BatchStream | null> {
  const { bitDepth, validationImages, data, purpose } = options;
  const chosen = await choosePhotographs(data, bitDepth);
  const { training, heldBack } = await splitPhotographs(chosen, validationImages);
  if (purpose === 'train') return trainingStream(options, training, chosen.description);
  return heldBack.length === 0 ? null : heldBackStream(options, heldBack, chosen.description);
}

const datasetOf = (options: PhotographStreamOptions, images: string[], position: number) => {
  const { seed, bitDepth, share, data } = options;
  return openDataset({
    images,
    crop: cutSide(options),
    seed,
    bitDepth,
    position,
    share,
    concurrency: data.concurrency,
    cacheBytes: data.cacheBytes,
    onSkip: ({ path, reason }) => data.note(`skipped: ${path}: ${reason}`),
  });
};

function batchOf({ pixels, files }: Crops, side: number): Batch {
  return { arrays: { images: { shape: [files.length, side, side, 3], values: pixels } }, files };
}

async function trainingStream(
  options: PhotographStreamOptions,
  images: string[],
  description: string,
): Promise<BatchStream> {
  const dataset = await datasetOf(options, images, options.position ?? 0);
  return {
    description,
    files: dataset.files,
    next: async () => batchOf(await dataset.nextBatch(options.batchSize), cutSide(options)),
    close: () => dataset.close(),
  };
}

/** One batch; it is read when it is asked for, since not every process asks. */
function heldBackStream(options: PhotographStreamOptions, images: string[], description: string): BatchStream {
  const read = async () => {
    const dataset = await datasetOf(options, images, 0);
    return batchOf(await dataset.nextBatch(images.length).finally(() => dataset.close()), cutSide(options));
  };
  let reading: Promise<Batch> | undefined;
  let isOver = (options.position ?? 0) > 0;
  return {
    description: `${images.length} held back of ${description}`,
    files: images,
    async next() {
      if (isOver) return null;
      isOver = true;
      reading = read();
      return reading;
    },
    async close() {
      isOver = true;
      await Promise.allSettled([reading]);
    },
  };
}
