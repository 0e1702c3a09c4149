import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runFiles } from './run-directory.js';

const FOLDER = 'zoo';
/** Where what is measured of these networks goes. */
const RUNS = join('runs', 'zoo');

const filesOf = (directory: string) => {
  const { configuration, weights } = runFiles(directory);
  return [configuration, weights];
};

/** Names of the trained networks in `zoo/`: packed runs, each with the results that are stated of it. */
export const listZoo = (): string[] =>
  existsSync(FOLDER)
    ? readdirSync(FOLDER)
        .filter((name) => filesOf(join(FOLDER, name)).every((file) => existsSync(file)))
        .sort()
    : [];

/**
 * Copies trained networks of `zoo/` into a run directory, so that measuring them again leaves what is stated of them as it is.
 *
 * @returns the run directory, and the folder in `zoo/`
 * @throws Error when there are no such networks, naming those there are
 */
export async function runFromZoo(name: string): Promise<{ run: string; folder: string }> {
  const known = listZoo();
  if (!known.includes(name)) {
    throw new Error(
      `there are no networks '${name}' in ${FOLDER}/; ${known.length > 0 ? `known are ${known.join(', ')}` : 'the folder is empty or not there'}`,
    );
  }
  const [folder, run] = [join(FOLDER, name), join(RUNS, name)];
  await rm(run, { recursive: true, force: true });
  await mkdir(run, { recursive: true });
  const copies = filesOf(run);
  for (const [i, file] of filesOf(folder).entries()) await copyFile(file, copies[i]);
  return { run, folder };
}
