import { startEngine } from '@sandwich/engine';
import type { Argv, CommandModule } from 'yargs';
import { packRun } from '../pack-run.js';
import { checkpointOption } from './run-options.js';

export interface PackArguments {
  run: string;
  folder: string;
  checkpoint?: string;
}

export const packModule: CommandModule<object, PackArguments> = {
  command: 'pack <run> <folder>',
  describe: 'Write what using a run takes into a small folder: its configuration and weights of 16 bits',
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: 'Run directory' })
      .positional('folder', { type: 'string', demandOption: true, describe: 'Empty or not there' })
      .option('checkpoint', checkpointOption) as Argv<PackArguments>,
  handler: async ({ run, folder, checkpoint }) => {
    await startEngine();
    const { configuration, bytes } = await packRun(run, folder, checkpoint);
    const { experiment, step, weights } = configuration;
    process.stdout.write(
      `${folder}: ${experiment} after ${step} steps, ${bytes} bytes of weights, ${weights.sha256}\n`,
    );
  },
};
