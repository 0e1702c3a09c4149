import { Random, type RgbImage } from '@sandwich/data';
import { copyCrop } from './crop.js';
import { ImageCache } from './image-cache.js';
import { decodeImage, UnusableImage } from './load-image.js';
import { mapConcurrently } from './map-concurrently.js';

export interface DatasetOptions {
  /** Paths, as `findImages` gives them. */
  images: string[];
  /** Side of the square crops in pixels. */
  crop: number;
  /** An integer from 0 to 2^53 - 1. */
  seed: number;
  /** Number of the first batch, default 0: a resumed run gives the `position` that it saved. */
  position?: number;
  /** Memory for decoded images, default 512 MiB: decoding a PNG costs far more than cropping it. */
  cacheBytes?: number;
  /** Called once for each file that is not used. */
  onSkip?: (skipped: { path: string; reason: string }) => void;
}

export interface Batch {
  /** [batchSize, crop, crop, 3], row by row, values 0 to 255. */
  pixels: Float32Array;
  /** The file that each crop was taken from. */
  files: string[];
}

export const DEFAULT_CACHE_BYTES = 512 * 2 ** 20;
/** Batches that are made while the one before is trained on. */
const BATCHES_AHEAD = 3;
/** libuv has four threads. */
const DECODES_AT_ONCE = 4;

/**
 * Random crops of photographs, half of them mirrored, for training.
 *
 * Batch number n depends on nothing but the seed, n, the batch size and the list of files with a usable header, so a
 * run that resumes at its saved position continues exactly. A file that turns out to be damaged when it is decoded is
 * named once; wherever it is drawn, another is drawn in its place, which is as repeatable, since it always fails.
 * Decoding happens off the main thread; a few batches are made ahead.
 */
export class ImageDataset {
  /** The files with a usable header, in the order given. */
  readonly files: readonly string[];
  readonly #options: DatasetOptions;
  readonly #cache: ImageCache;
  readonly #damaged = new Set<string>();
  #ahead: { batchSize: number; batch: Promise<Batch> }[] = [];
  #position: number;
  #closed = false;

  /** Use `openDataset`. */
  constructor(files: readonly string[], options: DatasetOptions) {
    this.files = files;
    this.#options = options;
    this.#position = options.position ?? 0;
    this.#cache = new ImageCache(decodeImage, options.cacheBytes ?? DEFAULT_CACHE_BYTES);
  }

  /** Number of the next batch: with the seed, all there is to save. */
  get position(): number {
    return this.#position;
  }

  /**
   * The next batch.
   *
   * @throws if no image can be decoded, or after `close`
   */
  async nextBatch(batchSize: number): Promise<Batch> {
    if (this.#closed) throw new Error('ImageDataset.nextBatch: the data set is closed');
    if (this.#ahead.some((made) => made.batchSize !== batchSize)) this.#ahead = [];
    while (this.#ahead.length <= BATCHES_AHEAD) {
      const batch = this.#makeBatch(this.#position + this.#ahead.length, batchSize);
      // A failure belongs to the call that asks for this batch; until then it must not count as unhandled.
      batch.catch(() => {});
      this.#ahead.push({ batchSize, batch });
    }
    this.#position++;
    return this.#ahead.shift()!.batch;
  }

  /** Waits for what is under way and frees the memory. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#ahead.map((made) => made.batch));
    this.#ahead = [];
    this.#cache.clear();
  }

  /** Decodes files into the cache. */
  async warmUp(files: readonly string[]): Promise<void> {
    await mapConcurrently([...files], DECODES_AT_ONCE, (file) => this.#load(file));
  }

  async #makeBatch(index: number, batchSize: number): Promise<Batch> {
    const { crop } = this.#options;
    const pixels = new Float32Array(batchSize * crop * crop * 3);
    const size = crop * crop * 3;
    const items = Array.from({ length: batchSize }, (_, item) =>
      this.#makeCrop(index, item, pixels.subarray(item * size, (item + 1) * size)),
    );
    return { pixels, files: await Promise.all(items) };
  }

  /** Fills `target` with a crop and returns its file. */
  async #makeCrop(index: number, item: number, target: Float32Array): Promise<string> {
    const { crop, seed } = this.#options;
    for (let attempt = 0; this.#damaged.size < this.files.length; attempt++) {
      const random = new Random(seed, [index, item, attempt]);
      const file = this.files[random.integer(this.files.length)];
      const image = await this.#load(file);
      if (!image) continue;
      const left = random.integer(image.width - crop + 1);
      const top = random.integer(image.height - crop + 1);
      copyCrop(image, left, top, crop, random.uniform() < 0.5, target);
      return file;
    }
    throw new Error(`ImageDataset: none of the ${this.files.length} images could be decoded`);
  }

  /** The image, or nothing if it is damaged. */
  async #load(path: string): Promise<RgbImage | undefined> {
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
