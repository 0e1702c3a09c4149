import { Ahead, BATCHES_AHEAD } from '../ahead.js';
import type { Batch, BatchStream, Share } from '../batch-stream.js';
import { Random } from '../random.js';
import { shuffledOrder } from '../shuffled-order.js';
import type { LabelledPictures } from './labelled-pictures.js';
import type { LabelledSettings } from './labelled-settings.js';
import { type Sample, SampleReader, type Size } from './sample-reader.js';

/** Options of `openLabelledStream`. */
export interface LabelledStreamOptions extends LabelledSettings {
  pictures: LabelledPictures;
  /** An integer from 0 to 2^53 - 1. */
  seed: number;
  /** `train`: random crops in a random order, without end; `validate`: the middle of each picture, in order and once. */
  purpose: 'train' | 'validate';
  /** Number of the first batch, default 0. */
  position?: number;
  /** The part of each batch that this process takes, default all. */
  share?: Share;
  /** Hears of each picture that cannot be used, once. */
  note(text: string): void;
}

const describe = ({ width, height }: Size): string => `${width}x${height}`;

/**
 * Opens batches of labelled pictures. A batch holds `images`, [B, height, width, 3], whole numbers in [0, 255], and `labels`, [B].
 *
 * Training takes each picture once per epoch, in a new order each time, crops it at random out of the picture with `padding` black pixels
 * around it, and mirrors half of the crops. Batch number n depends on nothing but the seed, n, the settings and the set. Validation takes
 * the middle of every picture, in the order of the set; its last batch may be smaller.
 *
 * Pictures smaller than the crop, or, without `cropSize`, of another size than the first, are noted and left out, and so are those that
 * prove damaged; in training others are drawn in their place.
 *
 * @throws Error when no picture can be used, RangeError when training's batches cannot be shared equally
 * @example
 * const pictures = await openLabelledPictures('cifar10/train.bin', { note: console.error });
 * const settings = { ...labelledSettings, padding: 4 };
 * const stream = openLabelledStream({ ...settings, pictures, seed: 1, purpose: 'train', note: console.error });
 * const batch = await stream.next();
 */
export function openLabelledStream(options: LabelledStreamOptions): BatchStream {
  const { pictures, purpose, position = 0 } = options;
  const { size, indexes } = fitting(options);
  const reader = new SampleReader(options, size);
  const makeBatch =
    purpose === 'train' ? trainingBatches(options, reader, indexes) : batchesInOrder(options, reader, indexes);
  const batches = new Ahead(makeBatch, position, BATCHES_AHEAD);
  let isClosed = false;
  return {
    description:
      indexes.length < pictures.labels.length ? `${indexes.length} of ${pictures.description}` : pictures.description,
    files: indexes.map((index) => pictures.names[index]),
    async next() {
      if (isClosed) throw new Error('openLabelledStream: the stream is closed');
      return nextFilled(batches);
    },
    async close() {
      isClosed = true;
      await batches.settle();
    },
  };
}

/** The next batch with pictures in it: all of one may be damaged. */
async function nextFilled(batches: Ahead<Batch | null>): Promise<Batch | null> {
  for (;;) {
    const batch = await batches.next();
    if (batch === null || batch.files.length > 0) return batch;
  }
}

/** The size of crops, and the pictures that have it. */
function fitting({ pictures, cropSize, note }: LabelledStreamOptions): { size: Size; indexes: number[] } {
  const { sizes, names } = pictures;
  const size = cropSize > 0 ? { width: cropSize, height: cropSize } : sizes[0];
  const indexes: number[] = [];
  for (const [index, { width, height }] of sizes.entries()) {
    const fits =
      cropSize > 0 ? width >= cropSize && height >= cropSize : width === size.width && height === size.height;
    if (fits) {
      indexes.push(index);
      continue;
    }
    const reason =
      cropSize > 0
        ? `smaller than the crop, ${describe(size)}`
        : `and the first picture ${describe(size)}: set cropSize to take a part of each`;
    note(`skipped: ${names[index]}: is ${describe({ width, height })}, ${reason}`);
  }
  if (indexes.length === 0) {
    throw new Error(`openLabelledStream: none of ${pictures.description} is as large as the crop, ${describe(size)}`);
  }
  return { size, indexes };
}

/** The places of a batch of `count` that a process takes. */
function placesOf(count: number, { rank, size }: Share = { rank: 0, size: 1 }): number[] {
  const at = (part: number) => Math.floor((part * count) / size);
  return Array.from({ length: at(rank + 1) - at(rank) }, (_, i) => at(rank) + i);
}

function trainingBatches(
  { batchSize, share, seed }: LabelledStreamOptions,
  reader: SampleReader,
  indexes: readonly number[],
): (batch: number) => Promise<Batch> {
  if (share && batchSize % share.size !== 0) {
    throw new RangeError(
      `openLabelledStream: a batch of ${batchSize} cannot be shared equally by ${share.size} processes`,
    );
  }
  const order = shuffledOrder(indexes.length, seed);
  const draw = async (batch: number, place: number): Promise<Sample> => {
    let index = indexes[order(batch * batchSize + place)];
    for (let attempt = 1; !reader.areDamaged(indexes); attempt++) {
      const random = new Random(seed, [batch, place, attempt]);
      const sample = await reader.read(index, random);
      if (sample) return sample;
      index = indexes[random.integer(indexes.length)];
    }
    throw new Error(`openLabelledStream: none of the ${indexes.length} pictures could be decoded`);
  };
  return async (batch) => {
    const places = placesOf(batchSize, share);
    return reader.batchOf(await Promise.all(places.map((place) => draw(batch, place))));
  };
}

function batchesInOrder(
  { batchSize, share }: LabelledStreamOptions,
  reader: SampleReader,
  indexes: readonly number[],
): (batch: number) => Promise<Batch | null> {
  return async (batch) => {
    const whole = indexes.slice(batch * batchSize, (batch + 1) * batchSize);
    if (whole.length === 0) return null;
    const samples = await Promise.all(placesOf(whole.length, share).map((place) => reader.read(whole[place])));
    return reader.batchOf(samples.filter((sample) => sample !== undefined));
  };
}
