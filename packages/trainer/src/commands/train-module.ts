import type { Argv, CommandModule } from 'yargs';
import { DEFAULT_STEPS } from '../budget.js';
import { DEFAULT_CACHE_BYTES, DEFAULT_WORKERS } from '../dataset/image-dataset.js';
import { launchProcesses } from '../distributed/launch-processes.js';
import { hasRank } from '../distributed/place.js';
import { slurmStep } from '../distributed/slurm-step.js';
import { listExperiments } from '../load-experiment.js';
import { checkCount } from './check-arguments.js';
import { engineOptions } from './engine-options.js';
import { fastDevRun } from './fast-dev-run.js';
import { DEFAULT_KEEP, type TrainArguments, trainCommand } from './train.js';

interface TrainModuleArguments extends TrainArguments {
  fastDevRun?: boolean;
  processes?: number;
}

export const trainModule: CommandModule<object, TrainModuleArguments> = {
  command: 'train [experiment]',
  describe: 'Train the networks of an experiment',
  builder: (yargs) =>
    yargs
      .positional('experiment', { type: 'string', describe: `${listExperiments().join(', ')}, or a file` })
      .option('images', {
        type: 'string',
        describe: 'Folder, glob, list (.txt) or file of photographs; default SANDWICH_DATA/photos, else synthetic',
      })
      .option('steps', {
        type: 'number',
        describe: `End after so many steps; default ${DEFAULT_STEPS} unless --minutes is given`,
      })
      .option('minutes', { type: 'number', describe: 'End after so many minutes of training' })
      .option('set', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Change a setting, key=value; may be repeated',
      })
      .option('run', {
        type: 'string',
        describe: 'Run directory, empty or not there; default runs/<experiment>/<time>',
      })
      .option('resume', {
        type: 'string',
        describe: 'Run directory to go on in, from its last checkpoint to the end of its own budget or the one given',
      })
      .option('accept-changes', {
        type: 'boolean',
        describe:
          "With --resume: go on although the experiment's file or the images are not what the run was started with",
        implies: 'resume',
      })
      .option('init-from', {
        type: 'string',
        describe: 'Begin with the weights of this run or of packed networks, such as zoo/color-over-420',
        conflicts: 'resume',
      })
      .option('checkpoint-steps', {
        type: 'number',
        describe: 'Write a checkpoint after every so many steps; default every two minutes',
      })
      .option('keep', {
        type: 'number',
        describe: `How many of the last checkpoints to keep, beside the best; default ${DEFAULT_KEEP}`,
      })
      .option('limit', { type: 'number', describe: 'Use only so many images, the first by name' })
      .option('workers', {
        type: 'number',
        describe: `Images decoded at a time, without effect on the batches; default ${DEFAULT_WORKERS}`,
      })
      .option('cache', {
        type: 'number',
        describe: `MiB for decoded images; default ${DEFAULT_CACHE_BYTES / 2 ** 20}`,
      })
      .option('overfit', {
        type: 'boolean',
        describe: 'Train on the first batch only: a loss that does not fall then shows a mistake',
      })
      .option('profile', {
        type: 'boolean',
        describe: 'Print the kernels of one step, with calls, time and bytes (torch engine)',
      })
      .option('replay', {
        type: 'boolean',
        describe:
          'Record the steps and make them without JavaScript, on CUDA as graphs; see docs/speed.md (torch engine)',
        conflicts: 'profile',
      })
      .option('processes', {
        type: 'number',
        describe:
          'Start so many processes of this machine that train together; see docs/distributed.md for more machines',
        conflicts: ['fast-dev-run', 'dry-run'],
      })
      .option('peer-timeout', {
        type: 'number',
        describe: 'Of several processes: seconds for which one may be silent before the others give up; default 300',
      })
      .option('dry-run', { type: 'boolean', describe: 'Print the resolved configuration and stop' })
      .option('fast-dev-run', {
        type: 'boolean',
        describe: 'Try the experiment in seconds: three steps on tiny crops, then evaluation; nothing is left behind',
        conflicts: [
          'resume',
          'run',
          'steps',
          'minutes',
          'checkpoint-steps',
          'keep',
          'limit',
          'overfit',
          'profile',
          'dry-run',
        ],
      })
      .options(engineOptions) as Argv<TrainModuleArguments>,
  handler: async (args) => {
    if (args.fastDevRun) return fastDevRun(args);
    checkCount('processes', args.processes);
    if (args.processes === undefined || hasRank(process.env)) {
      await trainCommand(args, { environment: process.env });
      return;
    }
    if (slurmStep(process.env)) {
      throw new Error(
        '--processes starts processes of its own, and srun has started several tasks already; leave it out',
      );
    }
    // The same command again, with RANK in its environment.
    const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
    await launchProcesses(command, args.processes);
  },
};
