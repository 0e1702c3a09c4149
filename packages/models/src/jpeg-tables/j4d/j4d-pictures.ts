import { join } from 'node:path';
import { type LabelledPictures, openLabelledPictures, selectPictures } from '@sandwich/data';
import type { DataOptions } from '@sandwich/trainer';
import type { J4dSettings } from './j4d-settings.js';

/** The indexes that belong to a fold, by turns. */
export const foldIndexes = (count: number, folds: number, fold: number): number[] =>
  Array.from({ length: count }, (_, i) => i).filter((i) => i % folds === fold);

/** Pictures of two sets, one after the other. @throws Error unless their classes are the same */
function joined(first: LabelledPictures, second: LabelledPictures): LabelledPictures {
  const count = first.labels.length;
  if (first.classes.join() !== second.classes.join()) {
    throw new Error(`${first.description} and ${second.description} have different classes`);
  }
  return {
    description: `${first.description} and ${second.description}`,
    classes: first.classes,
    labels: Int32Array.from([...first.labels, ...second.labels]),
    names: [...first.names, ...second.names],
    sizes: [...first.sizes, ...second.sizes],
    picture: (index) => (index < count ? first.picture(index) : second.picture(index - count)),
  };
}

/**
 * The pictures that a training of tables takes: those that are named, or `images` of `SANDWICH_DATA`, without the fold that is left out, and
 * those of the setting `more`.
 */
export async function openJ4dPictures(
  { folds, fold, more }: Pick<J4dSettings, 'folds' | 'fold' | 'more'>,
  { images, limit, concurrency, cacheBytes, note }: DataOptions,
  fallback: string,
): Promise<LabelledPictures> {
  const options = { concurrency, cacheBytes, note };
  const path = images ?? join(process.env.SANDWICH_DATA ?? 'data', fallback);
  const all = await openLabelledPictures(path, options);
  const count = Math.min(limit ?? Number.POSITIVE_INFINITY, all.labels.length);
  const left = folds > 1 ? new Set(foldIndexes(count, folds, fold)) : new Set<number>();
  const chosen = selectPictures(
    all,
    Array.from({ length: count }, (_, i) => i).filter((i) => !left.has(i)),
  );
  if (chosen.labels.length === 0) throw new Error(`fold ${fold} of ${folds} leaves none of ${all.description}`);
  return more === '' ? chosen : joined(chosen, await openLabelledPictures(more, options));
}
