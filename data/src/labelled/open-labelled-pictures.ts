import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { glob } from 'tinyglobby';
import { readCifar } from './cifar.js';
import { foldersIn, openClassFolders } from './class-folders.js';
import { openLabelledList } from './labelled-list.js';
import type { LabelledOptions } from './labelled-options.js';
import type { LabelledPictures } from './labelled-pictures.js';
import { openNumberedPictures } from './numbered-pictures.js';

/**
 * Opens the labelled pictures that a path stands for: a binary file of CIFAR or a glob of such (`cifar/data_batch_*.bin`), a CSV list, a
 * folder of one folder per class, or a folder of files whose names begin with their labels. See `readCifar`, `openLabelledList`,
 * `openClassFolders`, `openNumberedPictures`.
 *
 * @throws Error when there is nothing, a label is wrong, or no picture can be used
 * @example
 * const pictures = await openLabelledPictures('cifar10/test.bin', { note: console.error });
 * console.log(pictures.description, pictures.classes[pictures.labels[0]]);
 */
export async function openLabelledPictures(path: string, options: LabelledOptions): Promise<LabelledPictures> {
  const entry = await stat(path).catch(() => undefined);
  if (entry?.isDirectory()) {
    return (await foldersIn(path)).length > 0 ? openClassFolders(path, options) : openNumberedPictures(path, options);
  }
  const extension = extname(path).toLowerCase();
  if (entry && extension === '.csv') return openLabelledList(path, options);
  const binaries = extension !== '.bin' ? [] : entry ? [path] : (await glob(path, { expandDirectories: false })).sort();
  if (binaries.length > 0) return readCifar(binaries, options);
  const reason = entry
    ? 'neither a folder, a CSV list (.csv) nor a binary file of CIFAR (.bin)'
    : 'no such file or folder';
  throw new Error(`openLabelledPictures: '${path}': ${reason}`);
}
