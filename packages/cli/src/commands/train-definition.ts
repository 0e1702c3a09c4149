import { DEFAULT_CACHE_BYTES, DEFAULT_CONCURRENCY } from '@sandwich/data';
import {
  DEFAULT_KEEP,
  DEFAULT_STEPS,
  hasRank,
  launchProcesses,
  listExperiments,
  STEPS_BETWEEN_IMAGES,
  slurmStep,
} from '@sandwich/trainer';
import { formerly, without } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, positive } from '../command-line/numbers.js';
import { images, outputFolder, sharedRunDirectory } from '../command-line/paths.js';
import { assignments, flag, text } from '../command-line/texts.js';
import { fastDevRun } from './fast-dev-run.js';
import { engineOptions } from './options/engine-options.js';
import { logOption } from './options/run-options.js';
import { checkTrainArguments, MOST_MINUTES, type TrainArguments, trainCommand } from './train.js';

interface TrainDefinitionArguments extends TrainArguments {
  fastDevRun?: boolean;
  processes?: number;
}

const MOST_PROCESSES = 1024;
const MOST_MEBIBYTES = 2 ** 20;

export const trainDefinition = defineCommand({
  name: 'train',
  describe: 'Train the networks of an experiment',
  operands: { experiment: text(`Experiment to train: ${listExperiments().join(', ')}, or a file`, 'name') },
  options: {
    images: images(
      'Folder, glob, list (.txt) or file of photographs; default SANDWICH_DATA/photos, else synthetic images',
    ),
    steps: count(`End after this many steps; default ${DEFAULT_STEPS} unless --minutes is given`),
    minutes: positive('End after this many minutes of training', { max: MOST_MINUTES }),
    set: assignments('Change a setting; may be repeated'),
    run: outputFolder(
      'Run directory; it must be empty or not exist; default runs/<experiment>/<time>; pictures of the stages are written into ' +
        `it at the first step and every ${STEPS_BETWEEN_IMAGES}`,
    ),
    resume: sharedRunDirectory(
      'Run directory in which to go on, from its last checkpoint to the end of its own budget or the one given',
    ),
    acceptChanges: flag(
      "With --resume: go on although the experiment's file or the images are not what the run was started with",
    ),
    initFrom: without(
      sharedRunDirectory('Begin with the weights of this run or of packed networks, such as zoo/color-over-420'),
      'resume',
    ),
    checkpointSteps: count('Write a checkpoint each time this many steps are done; default every two minutes'),
    keep: count(`How many of the last checkpoints to keep, besides the best one; default ${DEFAULT_KEEP}`),
    log: logOption,
    limit: count('Use only this many images, the first by name'),
    concurrency: formerly(
      'workers',
      count(`Images decoded at a time, without effect on the batches; default ${DEFAULT_CONCURRENCY}`, { max: 1024 }),
    ),
    cache: positive(`Memory for decoded images, MiB; default ${DEFAULT_CACHE_BYTES / 2 ** 20}`, {
      max: MOST_MEBIBYTES,
    }),
    overfit: flag('Train on the first batch only: a loss that does not fall then shows a mistake'),
    profile: flag('Print the kernels of one step, with calls, time and bytes (torch engine)'),
    replay: without(
      flag(
        'Record the steps and replay them without JavaScript, on CUDA as graphs; the default with the torch engine, see docs/speed.md',
      ),
      'profile',
      'eager',
    ),
    eager: flag('Run the code of each step anew, as other engines do'),
    processes: without(
      count(
        'Start this many processes on this machine that train together; for more machines see docs/distributed.md',
        {
          max: MOST_PROCESSES,
        },
      ),
      'fastDevRun',
      'dryRun',
    ),
    peerTimeout: positive('Seconds for which another process may be silent before the others give up; default 300', {
      max: 1e6,
    }),
    dryRun: flag('Print the resolved configuration and stop'),
    fastDevRun: without(
      flag('Try the experiment in seconds: three steps on tiny crops, then evaluation; nothing is left behind'),
      'resume',
      'run',
      'steps',
      'minutes',
      'checkpointSteps',
      'keep',
      'log',
      'limit',
      'overfit',
      'profile',
      'dryRun',
      'initFrom',
      'replay',
      'cache',
    ),
    ...engineOptions,
  },
  check: checkTrainArguments,
  async run(args: TrainDefinitionArguments) {
    if (args.fastDevRun) return fastDevRun(args);
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
});
