import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { afterAll, beforeAll } from 'vitest';
import { tinySandwichFile } from '../../trainer/testing/tiny-sandwich.js';
import { trainCommand } from '../src/commands/train.js';

/**
 * Trains a sandwich for two steps, once for all tests of the file.
 *
 * @returns the folder of its images, and a function that gives a test a run of its own, which it may change
 */
export function useTrainedRun(): { images(): string; copyRun(directory: string): Promise<void> } {
  let folder: string;
  const images = () => join(folder, 'images');
  beforeAll(async () => {
    await startEngine();
    folder = await mkdtemp(join(tmpdir(), 'trained-run-'));
    await makeSyntheticImages({ directory: images(), count: 2, width: 48, height: 48, seed: 1 });
    await trainCommand({ experiment: tinySandwichFile, images: images(), run: join(folder, 'run'), steps: 2 });
  });
  afterAll(() => rm(folder, { recursive: true }));
  return { images, copyRun: (directory) => cp(join(folder, 'run'), directory, { recursive: true }) };
}
