import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isPackedFolder } from './packed-folder.js';

const FOLDER = 'zoo';
/** Names of the trained networks in `zoo/`: packed runs, each with the results that are stated of it. */
export const listZoo = (): string[] =>
  existsSync(FOLDER)
    ? readdirSync(FOLDER)
        .filter((name) => isPackedFolder(join(FOLDER, name)))
        .sort()
    : [];

/**
 * The folder of trained networks in `zoo/`.
 *
 * @throws Error when there are no such networks, naming those there are
 */
export function zooFolder(name: string): string {
  const known = listZoo();
  if (!known.includes(name)) {
    throw new Error(
      `there are no networks '${name}' in ${FOLDER}/; ${known.length > 0 ? `known are ${known.join(', ')}` : 'the folder is empty or not there'}`,
    );
  }
  return join(FOLDER, name);
}
