import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow } from '../photographs/files-below.js';
import { isImageName } from '../photographs/find-images.js';
import { openLabelledFiles } from './labelled-files.js';
import type { LabelledOptions } from './labelled-options.js';
import type { LabelledPictures } from './labelled-pictures.js';

/** The names of the folders in a folder, sorted by character code, without those that begin with a dot. */
export async function foldersIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  const entries = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return names.filter((_, i) => entries[i]?.isDirectory());
}

/**
 * Opens pictures that lie in one folder per class, at any depth below it. Labels are those that torchvision's `ImageFolder` gives: the
 * folders' names are sorted.
 *
 * @param options.classes the names that folders must have, in the order of their labels
 * @throws Error when a folder's name is none of the classes, or no picture can be used
 */
export async function openClassFolders(folder: string, options: LabelledOptions): Promise<LabelledPictures> {
  const names = await foldersIn(folder);
  const classes = options.classes ?? names;
  const unknown = names.find((name) => !classes.includes(name));
  if (unknown !== undefined) {
    throw new Error(`openClassFolders: '${unknown}' in ${folder} is none of the ${classes.length} classes`);
  }
  const files = await Promise.all(
    names.map(async (name) => {
      const paths = (await filesBelow(join(folder, name))).filter(isImageName).sort();
      return paths.map((path) => ({ path, label: classes.indexOf(name) }));
    }),
  );
  if (files.flat().length === 0) throw new Error(`openClassFolders: the folders in ${folder} hold no image`);
  return openLabelledFiles(files.flat(), classes, folder, options);
}
