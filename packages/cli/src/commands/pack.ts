import { withoutEngine } from '@sandwich/engine';
import { packRun } from '@sandwich/trainer';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { outputFolder, runDirectory } from '../command-line/paths.js';
import { checkpointOption } from './options/run-options.js';

export interface PackArguments {
  run: string;
  folder: string;
  checkpoint?: string;
}

/** Writes the weights of a run, rounded to 16 bits, and its configuration into a folder. */
export async function packCommand({ run, folder, checkpoint }: PackArguments): Promise<void> {
  const { configuration, bytes } = await withoutEngine(() => packRun(run, folder, checkpoint));
  const { experiment, step, weights } = configuration;
  process.stdout.write(`${folder}: ${experiment} after ${step} steps, ${bytes} bytes of weights, ${weights.sha256}\n`);
}

export const packDefinition = defineCommand({
  name: 'pack',
  describe: 'Write what using a run takes into a small folder: its configuration and weights of 16 bits',
  operands: {
    run: required(runDirectory('Run directory')),
    folder: required(outputFolder('Folder to make; it must be empty or not exist')),
  },
  options: { checkpoint: checkpointOption },
  run: packCommand,
});
