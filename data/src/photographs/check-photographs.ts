import type { Light } from './load-image.js';
import { assertSomeLeft, choosePhotographs, type PhotographData, splitPhotographs } from './photograph-data.js';
import { cutSide, leastSide, type PhotographSettings } from './photograph-settings.js';
import { assertSomeUsable } from './usable-header.js';

/** Options of `checkPhotographs`. */
export type CheckPhotographsOptions = PhotographSettings & {
  data: Pick<PhotographData, 'images' | 'limit' | 'note'>;
  /** What samples encode, default `display`. */
  light?: Light;
  /** Processes that train together, default 1. */
  processes?: number;
};

/**
 * Finds out whether a training can take its crops from photographs, by their headers alone; of images that are still to be made, by their
 * size. It takes no engine, so that a command can refuse before one starts.
 *
 * @returns what the crops are taken from, for people
 * @throws Error when `batchSize` is no multiple of the number of processes, when the data holds no image, when all would be held back, or
 * when none of those to train on, or none of those held back, can be used: then `data.note` hears why, of each
 */
export async function checkPhotographs(options: CheckPhotographsOptions): Promise<string> {
  const { batchSize, bitDepth, light, validationImages, data, processes = 1 } = options;
  if (batchSize % processes !== 0) {
    throw new Error(
      `batchSize=${batchSize} cannot be shared equally by ${processes} processes; it must be a multiple of ${processes}`,
    );
  }
  const crop = leastSide(options);
  const chosen = await choosePhotographs(data, bitDepth, light);
  const upcoming = await chosen.source.upcoming();
  if (!upcoming) {
    const { training, heldBack } = await splitPhotographs(chosen, validationImages);
    await assertSomeUsable(training, { crop, bitDepth, light }, data.note);
    if (heldBack.length > 0) await assertSomeUsable(heldBack, { crop: cutSide(options), bitDepth, light }, data.note);
    return chosen.description;
  }
  assertSomeLeft(chosen.count, validationImages);
  const { width, height } = upcoming;
  if (crop > Math.min(width, height)) {
    throw new Error(`synthetic images are ${width}x${height}, smaller than the crop, ${crop}x${crop}: give --images`);
  }
  return chosen.description;
}
