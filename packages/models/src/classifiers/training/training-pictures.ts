import { join } from 'node:path';
import { type LabelledPictures, openLabelledPictures, selectPictures } from '@sandwich/data';
import type { DataOptions } from '@sandwich/trainer';

/** Pictures to train on, and those that are held back. */
export interface TrainingPictures {
  train: LabelledPictures;
  heldBack?: LabelledPictures;
}

/**
 * Opens the labelled pictures of a training: those that are named, or `fallback` in `SANDWICH_DATA`.
 *
 * @param validationImages how many are held back, the last ones
 * @throws Error when there are none left to train on
 */
export async function openTrainingPictures(
  { images, limit, concurrency, cacheBytes, note }: DataOptions,
  fallback: string,
  validationImages: number,
): Promise<TrainingPictures> {
  const path = images ?? join(process.env.SANDWICH_DATA ?? 'data', fallback);
  const all = await openLabelledPictures(path, { concurrency, cacheBytes, note });
  const count = Math.min(limit ?? Number.POSITIVE_INFINITY, all.labels.length);
  if (validationImages >= count) {
    throw new Error(`validationImages=${validationImages} leaves none of ${count} pictures to train on`);
  }
  const indexes = Array.from({ length: count }, (_, i) => i);
  const train = selectPictures(all, indexes.slice(0, count - validationImages));
  return validationImages === 0
    ? { train }
    : { train, heldBack: selectPictures(all, indexes.slice(-validationImages)) };
}
