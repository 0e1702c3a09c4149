import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { makeFolder, writeFileAtomically } from '@sandwich/files';
import { isPackedFolder } from '../packed/packed-folder.js';

/** Where what commands make of a run goes unless a place is named. */
export interface ResultsFolder {
  directory: string;
  /** Whether it is the run's own: files with the names that commands have for theirs may then be replaced in it. */
  own: boolean;
  /** Makes it, and says in it whose it is. */
  make(): Promise<void>;
}

/** In a folder of results of packed networks: where these are, seen from there. */
const MARK = 'results-of.json';

async function isMarked(directory: string, run: string): Promise<boolean> {
  try {
    const { networks } = JSON.parse(await readFile(join(directory, MARK), 'utf8'));
    return (await realpath(resolve(directory, networks))) === (await realpath(run));
  } catch {
    return false;
  }
}

const isEmpty = async (directory: string): Promise<boolean> => {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.length === 0;
};

/**
 * The directory of a run that was trained. Packed networks are read-only: what is made of `zoo/<name>` goes to `runs/zoo/<name>`. That is
 * their own when it was empty at first, and is marked as theirs.
 */
export async function resultsFolder(run: string): Promise<ResultsFolder> {
  if (!isPackedFolder(run)) return { directory: run, own: true, make: async () => {} };
  const folder = resolve(run);
  const directory = join('runs', basename(dirname(folder)), basename(folder));
  const marked = await isMarked(directory, run);
  const own = marked || (await isEmpty(directory));
  return {
    directory,
    own,
    async make() {
      await makeFolder(directory);
      if (marked || !own) return;
      const networks = relative(await realpath(directory), await realpath(run));
      await writeFileAtomically(join(directory, MARK), `${JSON.stringify({ networks })}\n`);
    },
  };
}

/** Whether a folder that was named is a run's own after all. */
export const isOwn = (folder: string, { directory, own }: ResultsFolder): boolean =>
  own && resolve(folder) === resolve(directory);
