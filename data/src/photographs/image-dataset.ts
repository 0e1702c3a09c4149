import { largestSample, type Picture, UnusableImage } from '@sandwich/pictures';
import { Ahead, BATCHES_AHEAD } from '../ahead.js';
import { concurrencyLimit } from '../concurrency-limit.js';
import { copyCrop } from '../copy-crop.js';
import { ImageCache } from '../image-cache.js';
import { Random } from '../random.js';
import { shuffledOrder } from '../shuffled-order.js';
import { applyGamma, type BatchAugmentation, drawAugmentation, turnUpsideDown } from './augment-batch.js';
import { type ColorChanges, changeColors, drawColorChange } from './change-colors.js';
import type { CropSettings } from './crop-settings.js';
import { drawPlace, drawStructuredPlace, type FlatCropRule } from './draw-crop.js';
import { type ImageShape, type Light, reloadImage } from './load-image.js';
import { drawSide, scaledCrop } from './scaled-crop.js';

/** Options of `openDataset`; the default is random crops, half of them mirrored. */
export interface DatasetOptions extends Partial<Pick<CropSettings, 'cropOrder' | 'augmentation'>> {
  /** Paths, as `findImages` gives them. */
  images: string[];
  /** Side of the square crops in pixels. */
  crop: number;
  /** An integer from 0 to 2^53 - 1. */
  seed: number;
  /** Bits of a sample, 8 (default) to 16. */
  bitDepth?: number;
  /** What samples encode, default `display`. */
  light?: Light;
  /** Shares of a photograph's size at which crops are taken, above 0 and at most 1; default 1 alone. */
  scales?: readonly number[];
  /** How colours of crops are changed; default not at all. */
  colors?: ColorChanges;
  /** When a crop is drawn again; default never. */
  flatRule?: FlatCropRule;
  /** Number of the first batch, default 0: a resumed run gives the `position` that it saved. */
  position?: number;
  /** Makes only a part of each batch, the same number of crops for each of `size` processes; default all. */
  share?: { rank: number; size: number };
  /** Memory for decoded images, default 512 MiB: decoding a PNG costs far more than cropping it. */
  cacheBytes?: number;
  /**
   * Files that are decoded at a time, default 16; batches do not depend on it. libuv works on four of them
   * (`UV_THREADPOOL_SIZE`), the others wait in its queue, where a training step that blocks the main thread does not
   * hold them up.
   */
  concurrency?: number;
  /** Called once for each file that is not used. */
  onSkip?: (skipped: { path: string; reason: string }) => void;
}

/** Crops to train on. */
export interface Crops {
  /** [crops, crop, crop, 3], row by row, values 0 to 2^bitDepth - 1, whole but for those with a gamma of their own. */
  pixels: Float32Array;
  /** The file that each crop was taken from. */
  files: string[];
}

/** A file with a usable header. */
export interface UsableFile {
  path: string;
  shape: ImageShape;
}

/** Memory for decoded images where none is named. */
export const DEFAULT_CACHE_BYTES = 512 * 2 ** 20;
/** Files that are decoded at a time where no number is named. */
export const DEFAULT_CONCURRENCY = 16;
/** The order of epochs is the same for all seeds. */
const ORDER_SEED = 2468;

/**
 * Crops of photographs for training: random ones, half of them mirrored, unless the options say otherwise.
 *
 * Batch number n depends on nothing but the seed, n, the batch size and the list of files with a usable header, so a
 * run that resumes at its saved position continues exactly. A file that turns out to be damaged when it is decoded, or to
 * have another size or depth than its header had at the start, is named once; wherever it is drawn, another is drawn in its
 * place, which is as repeatable, since it always fails.
 * Decoding happens off the main thread; a few batches are made ahead.
 */
export class ImageDataset {
  /** The files with a usable header, in the order given. */
  readonly files: readonly string[];
  readonly #options: DatasetOptions;
  readonly #cache: ImageCache<Picture<Uint8Array | Uint16Array, 3>>;
  readonly #damaged = new Set<string>();
  readonly #order: (place: number) => number;
  #ahead: { batchSize: number; batches: Ahead<Crops> } | undefined;
  #position: number;
  #closed = false;

  /** Use `openDataset`. */
  constructor(files: readonly UsableFile[], options: DatasetOptions) {
    const {
      position = 0,
      bitDepth = 8,
      light = 'display',
      cacheBytes = DEFAULT_CACHE_BYTES,
      concurrency = DEFAULT_CONCURRENCY,
    } = options;
    this.files = files.map(({ path }) => path);
    this.#options = options;
    this.#position = position;
    const order = shuffledOrder(files.length, ORDER_SEED);
    this.#order = (place) => order(place % files.length);
    const shapes = new Map(files.map(({ path, shape }) => [path, shape]));
    const limited = concurrencyLimit(concurrency);
    this.#cache = new ImageCache(
      (path) => limited(() => reloadImage(path, bitDepth, light, shapes.get(path)!)),
      cacheBytes,
    );
  }

  /** Number of the next batch: with the seed, all there is to save. */
  get position(): number {
    return this.#position;
  }

  /**
   * The next batch, or this process's share of it.
   *
   * @param batchSize of the whole batch
   * @throws if no image can be decoded, the batch cannot be shared equally, or after `close`
   */
  async nextBatch(batchSize: number): Promise<Crops> {
    if (this.#closed) throw new Error('ImageDataset.nextBatch: the data set is closed');
    if (this.#ahead?.batchSize !== batchSize) {
      const batches = new Ahead((index) => this.#makeBatch(index, batchSize), this.#position, BATCHES_AHEAD);
      this.#ahead = { batchSize, batches };
    }
    this.#position++;
    return this.#ahead.batches.next();
  }

  /** Waits for what is under way and frees the memory. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#ahead?.batches.settle();
    this.#cache.clear();
  }

  /** Decodes files into the cache. */
  async warmUp(files: readonly string[]): Promise<void> {
    await Promise.all(files.map((file) => this.#load(file)));
  }

  async #makeBatch(index: number, batchSize: number): Promise<Crops> {
    const { crop, share = { rank: 0, size: 1 } } = this.#options;
    const count = batchSize / share.size;
    if (!Number.isInteger(count)) {
      throw new RangeError(`ImageDataset: a batch of ${batchSize} cannot be shared equally by ${share.size} processes`);
    }
    const first = share.rank * count;
    const size = crop * crop * 3;
    const pixels = new Float32Array(count * size);
    const { augmentation = 'mirrored', seed } = this.#options;
    const whole = augmentation === 'flips-and-gamma' ? drawAugmentation(seed, index) : undefined;
    const items = Array.from({ length: count }, (_, i) =>
      this.#makeCrop({ index, item: first + i, batchSize }, whole, pixels.subarray(i * size, (i + 1) * size)),
    );
    return { pixels, files: await Promise.all(items) };
  }

  /** Fills `target` with a crop and returns its file. */
  async #makeCrop(
    { index, item, batchSize }: { index: number; item: number; batchSize: number },
    whole: BatchAugmentation | undefined,
    target: Float32Array,
  ): Promise<string> {
    const { crop, seed, bitDepth = 8, cropOrder = 'random', augmentation = 'mirrored' } = this.#options;
    const { scales = [1], colors, flatRule } = this.#options;
    for (let attempt = 0; this.#damaged.size < this.files.length; attempt++) {
      const random = new Random(seed, [index, item, attempt]);
      const inOrder = cropOrder === 'epochs' && attempt === 0;
      const file = this.files[inOrder ? this.#order(index * batchSize + item) : random.integer(this.files.length)];
      const image = await this.#load(file);
      if (!image) continue;
      const side = drawSide(image, crop, scales, random);
      const place = flatRule
        ? drawStructuredPlace(image, side, bitDepth, flatRule, random)
        : drawPlace(image, side, random);
      const mirrored = whole?.mirrored ?? (augmentation === 'mirrored' && random.uniform() < 0.5);
      if (side === crop) copyCrop(image, { ...place, width: crop, height: crop }, mirrored, target);
      else {
        const reduced = await scaledCrop(image, place, side, crop);
        copyCrop(reduced, { left: 0, top: 0, width: crop, height: crop }, mirrored, target);
      }
      if (whole?.upsideDown) turnUpsideDown(target, crop);
      if (whole?.hasGamma) applyGamma(target, bitDepth, random);
      if (colors) changeColors(target, largestSample(bitDepth), drawColorChange(colors, random));
      return file;
    }
    throw new Error(`ImageDataset: none of the ${this.files.length} images could be decoded`);
  }

  /** The image, or nothing if it is damaged. */
  async #load(path: string): Promise<Picture<Uint8Array | Uint16Array, 3> | undefined> {
    if (this.#damaged.has(path)) return undefined;
    try {
      return await this.#cache.get(path);
    } catch (error) {
      if (!(error instanceof UnusableImage)) throw error;
      if (!this.#damaged.has(path)) this.#options.onSkip?.({ path, reason: error.reason });
      this.#damaged.add(path);
      return undefined;
    }
  }
}
