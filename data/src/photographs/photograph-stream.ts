import type { Batch, BatchStream, Share } from '../batch-stream.js';
import type { CropSettings } from './crop-settings.js';
import { flatCropRules } from './draw-crop.js';
import type { Crops } from './image-dataset.js';
import type { Light } from './load-image.js';
import { openDataset } from './open-dataset.js';
import { choosePhotographs, type PhotographData, splitPhotographs } from './photograph-data.js';
import { cutSide, type PhotographSettings, parseScales } from './photograph-settings.js';

/** Options of `openPhotographStream`. */
export interface PhotographStreamOptions extends PhotographSettings, Partial<CropSettings> {
  /** What samples encode, default `display`. */
  light?: Light;
  /** An integer from 0 to 2^53 - 1. */
  seed: number;
  data: PhotographData;
  /** `train`: crops of the pictures that are not held back; `validate`: of those that are. */
  purpose: 'train' | 'validate';
  /** Number of the first batch, default 0. */
  position?: number;
  /** The part of each batch that this process takes, default all. */
  share?: Share;
}

/**
 * Opens batches of square crops of photographs: random ones, half of them mirrored, unless settings say otherwise (`cropSettings`).
 *
 * A batch holds `images`, [B, side, side, 3] with a side of cropSize * reduce pixels, whole numbers in [0, 2^bitDepth - 1] unless a gamma was
 * applied to them: to reduce them to cropSize pixels is the model's. The last `validationImages` photographs, by name, are held back from training; validation is one
 * batch of as many crops of these, in epochs whole batches of one crop of each, the same each time, at their own scale and in their own colours. Batch number n depends on nothing but the seed, n, the batch size and the files,
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
  const { bitDepth, light, validationImages, data, purpose } = options;
  const chosen = await choosePhotographs(data, bitDepth, light);
  const { training, heldBack } = await splitPhotographs(chosen, validationImages);
  if (purpose === 'train') return trainingStream(options, training, chosen.description);
  return heldBack.length === 0 ? null : heldBackStream(options, heldBack, chosen.description);
}

const datasetOf = (options: PhotographStreamOptions, images: string[], position: number) => {
  const { seed, bitDepth, light, share, data, purpose, flatCrops } = options;
  return openDataset({
    ...cropsOf(options),
    ...(purpose === 'train' && varietyOf(options)),
    flatRule: flatCrops === 'redrawn' ? flatCropRules[purpose] : undefined,
    images,
    crop: cutSide(options),
    seed,
    bitDepth,
    light,
    position,
    share,
    concurrency: data.concurrency,
    cacheBytes: data.cacheBytes,
    onSkip: ({ path, reason }) => data.note(`skipped: ${path}: ${reason}`),
  });
};

/** Scales and colours of the crops that are trained on. */
const varietyOf = ({ scales, hueShift, saturationSpread }: PhotographSettings) => ({
  scales: parseScales(scales),
  colors: hueShift > 0 || saturationSpread > 1 ? { hueShift, saturationSpread } : undefined,
});

/** In validation crops are not augmented, but for the mirrored ones that there always were. */
function cropsOf({ purpose, cropOrder, augmentation = 'mirrored' }: PhotographStreamOptions): Partial<CropSettings> {
  if (purpose === 'train' || augmentation === 'mirrored') return { cropOrder, augmentation };
  return { cropOrder, augmentation: 'none' };
}

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

/** What is held back, as one batch, or in epochs as whole batches. They are read when they are asked for, since not every process asks. */
function heldBackStream(options: PhotographStreamOptions, images: string[], description: string): BatchStream {
  const { cropOrder, batchSize } = options;
  const size = cropOrder === 'epochs' ? Math.min(batchSize, images.length) : images.length;
  const batches = Math.floor(images.length / size);
  let position = options.position ?? 0;
  let dataset: ReturnType<typeof datasetOf> | undefined;
  let reading: Promise<Batch> | undefined;
  const close = async () => {
    position = batches;
    await Promise.allSettled([reading]);
    await (await dataset?.catch(() => undefined))?.close();
  };
  const read = async (at: number) => {
    dataset ??= datasetOf(options, images, at);
    const crops = await (await dataset).nextBatch(size);
    return batchOf(crops, cutSide(options));
  };
  return {
    description: `${images.length} held back of ${description}`,
    files: images,
    async next() {
      if (position >= batches) return null;
      reading = read(position++);
      return reading;
    },
    close,
  };
}
