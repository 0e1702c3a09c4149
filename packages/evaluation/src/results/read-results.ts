import { readFile } from 'node:fs/promises';
import type { Results } from './results.js';
import { upgradeResults } from './upgrade-results.js';

/** The version of results that is written. */
export const RESULTS_VERSION = 2;

/**
 * Results of JSON of any version so far.
 *
 * @throws Error when they are of a later version, or no results
 */
export function parseResults(text: string): Results {
  const data = JSON.parse(text);
  const version = data?.version;
  if (version === undefined && Array.isArray(data?.systems) && data.systems.length > 0) return upgradeResults(data);
  if (version === RESULTS_VERSION && data.candidate?.results && Array.isArray(data.anchors)) return data;
  if (typeof version === 'number' && version > RESULTS_VERSION) {
    throw new Error(`these are results of version ${version}, and this program knows those up to ${RESULTS_VERSION}`);
  }
  throw new Error('these are no results of an evaluation');
}

/**
 * Reads results that an evaluation has written, of any version so far.
 *
 * @returns undefined where there is no such file
 * @throws Error naming the file when it cannot be read, or holds no results
 */
export async function readResults(file: string): Promise<Results | undefined> {
  try {
    return parseResults(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
