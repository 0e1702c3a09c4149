import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isImageName } from '../photographs/find-images.js';
import { classesIn, numberedClasses } from './classes.js';
import { openLabelledFiles } from './labelled-files.js';
import type { LabelledOptions } from './labelled-options.js';
import type { LabelledPictures } from './labelled-pictures.js';

/**
 * Opens pictures of one folder whose names begin with their labels, such as `0007_cock.webp`, sorted by name.
 *
 * @param options.classes default: those of `classes.txt` in the folder, else as many numbers as the largest label asks for
 * @throws Error when a name begins with no number or with one that names no class, or no picture can be used
 */
export async function openNumberedPictures(folder: string, options: LabelledOptions): Promise<LabelledPictures> {
  const names = (await readdir(folder)).filter((name) => isImageName(name) && !name.startsWith('.')).sort();
  if (names.length === 0) throw new Error(`openNumberedPictures: ${folder} holds no image`);
  const labels = names.map((name) => Number(/^\d+/.exec(name)?.[0] ?? Number.NaN));
  const unlabelled = labels.findIndex((label) => Number.isNaN(label));
  if (unlabelled >= 0) {
    throw new Error(
      `openNumberedPictures: the name of ${join(folder, names[unlabelled])} must begin with the number of its class, ` +
        'unless each class has a folder of its own',
    );
  }
  const largest = labels.reduce((most, label) => Math.max(most, label));
  const classes = options.classes ?? (await classesIn(folder)) ?? numberedClasses(largest + 1);
  const wrong = labels.findIndex((label) => label >= classes.length);
  if (wrong >= 0) {
    throw new Error(
      `openNumberedPictures: ${join(folder, names[wrong])} has the label ${labels[wrong]}; ` +
        `there are ${classes.length} classes, from 0 on`,
    );
  }
  const files = names.map((name, i) => ({ path: join(folder, name), label: labels[i] }));
  return openLabelledFiles(files, classes, folder, options);
}
