import { type Stats, statSync } from 'node:fs';
import { entryName, placeIn, readRunDescription } from '@sandwich/trainer';
import type { Argument } from './argument.js';
import { text } from './texts.js';

type Path = Argument<string | undefined>;

type Wanted = 'file' | 'folder' | 'file or folder';

const fits = (entry: Stats, wanted: Wanted): boolean =>
  (entry.isFile() && wanted !== 'folder') || (entry.isDirectory() && wanted !== 'file');

/**
 * Looks at what a path names.
 *
 * @param use what is to be done with it, for the error
 * @returns whether anything is there
 * @throws Error when it cannot be looked at, or is something other than what is wanted
 */
function checkEntry(path: string, name: string, wanted: Wanted, use = 'read'): boolean {
  let entry: Stats | undefined;
  try {
    entry = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new Error(`${name} ${path} cannot be ${use} (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
  if (entry && !fits(entry, wanted)) throw new Error(`${name} ${path} is ${entryName(entry)}, not a ${wanted}`);
  return entry !== undefined;
}

const checkedPath = (describe: string, placeholder: string, check: (path: string, name: string) => unknown): Path => ({
  ...text(describe, placeholder),
  check: async (path, name) => {
    await check(path, name);
  },
});

function checkThere(path: string, name: string, wanted: Wanted): void {
  if (!checkEntry(path, name, wanted)) throw new Error(`${name} ${path} is not there`);
}

/** A file to read. */
export const inputFile = (describe: string): Path =>
  checkedPath(describe, 'file', (path, name) => checkThere(path, name, 'file'));

/** A folder to read. */
export const inputFolder = (describe: string): Path =>
  checkedPath(describe, 'folder', (path, name) => checkThere(path, name, 'folder'));

/** Images to read: a folder, a file, a list or a glob. */
export const images = (describe: string): Path =>
  checkedPath(describe, 'path', (path, name) => checkEntry(path, name, 'file or folder'));

/** Weights of another program, which may lie in several files of which the path is the common beginning. */
export const weights = (describe: string): Path =>
  checkedPath(describe, 'path', (path, name) => checkEntry(path, name, 'file or folder'));

/** Files or folders to read, with commas between. */
export const paths = (describe: string): Argument<string[] | undefined> => ({
  describe,
  placeholder: 'paths',
  refused: ['', ',', 'a,', ',a', 'a,,b'],
  parse(given, name) {
    const all = given.split(',');
    if (all.some((path) => path.trim() === ''))
      throw new Error(`${name} takes paths with commas between, got '${given}'`);
    return all;
  },
  async check(all, name) {
    for (const path of all) checkThere(path, name, 'file or folder');
  },
});

/** The directory of a run. */
export const runDirectory = (describe: string): Path => checkedPath(describe, 'folder', readRunDescription);

/** The directory of a run that the first of several processes reads for all of them: it need not be on the machines of the others. */
export const sharedRunDirectory = (describe: string): Path =>
  checkedPath(describe, 'folder', async (path) => {
    const rank = placeIn(process.env)?.rank ?? 0;
    if (rank === 0) await readRunDescription(path);
  });

/** Weights of a run: a checkpoint's file, or the word `best`. */
export const checkpoint = (describe: string): Path =>
  checkedPath(describe, 'file', (path, name) => path === 'best' || checkThere(path, name, 'file'));

/** A file to write. */
export const outputFile = (describe: string): Path =>
  checkedPath(describe, 'file', (path, name) => checkEntry(path, name, 'file', 'written'));

/** A folder to write into, which may be there. */
export const outputFolder = (describe: string): Path =>
  checkedPath(describe, 'folder', (path, name) => checkEntry(path, name, 'folder', 'written'));
