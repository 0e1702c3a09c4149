import { copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeSyntheticImages } from '../../data/src/index.js';
import { repository } from './fenced-blocks.js';

/** Where a document's code runs; below `experiments/`, which sees all packages, and ignored by git. */
export const scratchParent = join(repository, 'experiments/build');

const FOLDERS_OF_PHOTOGRAPHS = ['photos', 'kodak', 'clic', 'Pictures', 'data/photos', 'data/kodak'];

/** Commands that name no pictures take these eight where Kodak is not there whole: little ones, so that none are made at full size. */
const SYNTHETIC_EVALUATION = { directory: 'data/downloads/synthetic-evaluation', count: 8 };

/**
 * Makes a folder look, to a document's code, like the repository of somebody who has photographs: with `experiments/`, `zoo/`, and little
 * pictures where the documentation speaks of some.
 *
 * @param data what `SANDWICH_DATA` names, whose weights are used
 */
export async function fillScratchFolder(folder: string, data: string | undefined): Promise<void> {
  mkdirSync(join(folder, 'experiments'), { recursive: true });
  const experiments = join(repository, 'experiments');
  for (const name of readdirSync(experiments)) {
    if (/(?<!\.test)\.ts$/.test(name)) copyFileSync(join(experiments, name), join(folder, 'experiments', name));
  }
  const size = { width: 96, height: 64, seed: 1 };
  for (const directory of FOLDERS_OF_PHOTOGRAPHS) {
    const [first] = await makeSyntheticImages({ directory: join(folder, directory), count: 2, ...size });
    copyFileSync(first, join(folder, 'photo.png'));
  }
  const { directory, count } = SYNTHETIC_EVALUATION;
  await makeSyntheticImages({ directory: join(folder, directory), count, ...size });
  const weights = data && join(data, 'weights');
  symlinkSync(join(repository, 'zoo'), join(folder, 'zoo'));
  if (weights && existsSync(weights)) symlinkSync(resolve(weights), join(folder, 'data/weights'));
}

/** Writes a block of TypeScript under the name in its first line (`// experiments/mine.ts`), else under one of its own. */
export function writeBlock(folder: string, code: string, index: number): string {
  const name = /^\/\/ ([\w/.-]+\.[cm]?[jt]s)\n/.exec(code)?.[1] ?? `block-${index}.ts`;
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  return file;
}
