import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { lockFolder } from '@sandwich/files';
import { readSweep, runFiles, statusOf, sweepRunDirectory } from '@sandwich/trainer';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { integer } from '../command-line/numbers.js';
import { inputFolder } from '../command-line/paths.js';
import { engineOf, engineOptions } from './options/engine-options.js';
import { trainUntilSignal } from './train.js';

/** Trains one run of a sweep, from its last checkpoint if it has one; nothing is done when it is finished. */
export async function sweepRunCommand({
  sweep: directory,
  index,
  threads,
}: {
  sweep: string;
  index: number;
  threads?: number;
}): Promise<void> {
  const sweep = await readSweep(directory);
  const run = sweep.runs[index];
  if (run === undefined) throw new Error(`${directory} has runs 0 to ${sweep.runs.length - 1}, got ${index}`);
  const runDirectory = sweepRunDirectory(directory, run);
  await mkdir(runDirectory, { recursive: true });
  // Another process may still be at it, left behind by a sweep that was killed.
  const unlock = await lockFolder(runDirectory, { wait: true });
  try {
    if ((await statusOf(runDirectory)).state === 'finished') return;
    const { experimentFile, images, budget, checkpointSteps, log } = sweep;
    const where = existsSync(runFiles(runDirectory).configuration)
      ? { resume: runDirectory }
      : {
          experiment: experimentFile,
          settings: run.settings,
          data: { images },
          ...budget,
          checkpoints: { everySteps: checkpointSteps },
          log,
          run: runDirectory,
        };
    await trainUntilSignal({ ...where, ...engineOf(sweep), threads: threads ?? sweep.threads, locked: true });
  } finally {
    await unlock();
  }
}

export const sweepRunDefinition = defineCommand({
  name: 'sweep-run',
  describe: 'Train one run of a sweep, or go on with it (what executors call)',
  operands: {
    sweep: required(inputFolder('Directory of the sweep')),
    index: required(integer('Index of the run, from 0')),
  },
  options: { threads: engineOptions.threads },
  run: sweepRunCommand,
});
