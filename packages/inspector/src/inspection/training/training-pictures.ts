import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePixels, type Picture } from '@sandwich/pictures';
import type { TrainingPictures } from '../../inspection.js';
import { shownPicture } from '../shown-picture.js';

/** More steps would make the page large. */
const MOST_STEPS = 12;
const FILE = /^step-(\d+)-(.+)\.png$/;

/** `compressedBottleneck` in words. */
const inWords = (name: string): string => name.replace(/[a-z](?=[A-Z])/g, '$& ').toLowerCase();

/** `count` of some items, evenly spread from the first to the last. */
export const spreadToEnds = <T>(items: readonly T[], count: number): T[] =>
  items.length <= count
    ? [...items]
    : Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]);

/**
 * The pictures in a run's folder `images`, of at most so many steps, evenly spread from the first to the last.
 *
 * @returns null when there are none; and the names of files that cannot be read, which are left out
 */
export async function readTrainingPictures(
  folder: string,
  most = MOST_STEPS,
): Promise<{ pictures: TrainingPictures | null; unreadable: string[] }> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const byStep = new Map<number, { name: string; file: string }[]>();
  for (const file of names.sort()) {
    const [, step, name] = FILE.exec(file) ?? [];
    if (step === undefined) continue;
    byStep.set(Number(step), [...(byStep.get(Number(step)) ?? []), { name, file }]);
  }
  const all = [...byStep].sort(([a], [b]) => a - b);
  const unreadable: string[] = [];
  const steps: TrainingPictures['steps'] = [];
  for (const [step, files] of spreadToEnds(all, most)) {
    const views: TrainingPictures['steps'][number]['views'] = [];
    for (const { name, file } of files) {
      const picture = await readPicture(join(folder, file));
      if (picture) views.push({ name: inWords(name), picture: await shownPicture(picture) });
      else unreadable.push(file);
    }
    if (views.length > 0) steps.push({ step, views });
  }
  return { pictures: steps.length > 0 ? { steps, total: all.length } : null, unreadable };
}

/** Null for what is no picture, such as a file that a kill cut short. */
async function readPicture(file: string): Promise<Picture<Uint8Array> | null> {
  try {
    return (await decodePixels(await readFile(file))) as Picture<Uint8Array>;
  } catch {
    return null;
  }
}
