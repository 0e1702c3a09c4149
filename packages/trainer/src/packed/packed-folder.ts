import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { linkTarget } from '@sandwich/files';
import { runFiles } from '../run/run-directory.js';

/** Whether a folder holds packed networks: a run that was trained has no such weights beside its configuration. */
export function isPackedFolder(folder: string): boolean {
  const { configuration, weights } = runFiles(folder);
  return existsSync(configuration) && existsSync(weights);
}

/** The nearest folder above a path that is there, without links. */
async function realFolderAbove(path: string): Promise<string> {
  const folder = dirname(path);
  return existsSync(folder) ? realpath(folder) : realFolderAbove(folder);
}

/**
 * Packed networks are read-only: their results are stated with them, and whoever measures them again compares with those.
 *
 * @param paths of files or folders to be written
 * @throws Error naming the packed networks in whose folder one of them lies
 */
export async function checkNotInPacked(paths: readonly string[]): Promise<void> {
  const targets = new Map<string, string>();
  for (const path of paths) targets.set(dirname(resolve(await linkTarget(path))), path);
  for (const [parent, path] of targets) {
    for (let folder = await realFolderAbove(join(parent, 'file')); ; folder = dirname(folder)) {
      if (isPackedFolder(folder)) {
        throw new Error(`${path} cannot be written: ${folder} holds packed networks, which are read-only`);
      }
      if (dirname(folder) === folder) break;
    }
  }
}
