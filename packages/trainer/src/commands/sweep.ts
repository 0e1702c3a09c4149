import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { budgetOf, DEFAULT_STEPS } from '../budget.js';
import { resolveSettings } from '../experiment.js';
import { trainingImages } from '../image-source.js';
import { listExperiments, loadExperiment } from '../load-experiment.js';
import { runFiles } from '../run-directory.js';
import { lockRun } from '../run-lock.js';
import { executors } from '../sweep/executors/index.js';
import { grid } from '../sweep/grid.js';
import { currentResults, reportSweep } from '../sweep/report.js';
import { readSweep, runId, type Sweep, statusOf, sweepRunDirectory, writeSweep } from '../sweep/sweep.js';
import { checkCount, checkPositive } from './check-arguments.js';
import { type EngineArguments, engineOf, engineOptions } from './engine-options.js';
import { evalCommand } from './eval.js';
import { trainCommand } from './train.js';

export interface SweepArguments extends EngineArguments {
  experiment: string;
  over: string[];
  set?: string[];
  images?: string;
  steps?: number;
  minutes?: number;
  checkpointSteps?: number;
  sweep?: string;
  jobs?: number;
  executor?: string;
  containerImage?: string;
  volumeClaim?: string;
  evaluate?: boolean;
  evalImages?: string;
  every?: number;
}

export interface SweepReportArguments extends EngineArguments {
  sweep: string;
  evaluate?: boolean;
  evalImages?: string;
  every?: number;
}

/** Trains all combinations of settings, evaluates the runs and joins their curves. */
export async function sweepCommand(args: SweepArguments): Promise<void> {
  const { over, set = [], steps, minutes, checkpointSteps, images, precision } = args;
  const { jobs = 1, containerImage, volumeClaim } = args;
  checkCount('steps', steps);
  checkPositive('minutes', minutes);
  checkCount('checkpoint-steps', checkpointSteps);
  checkCount('jobs', jobs);
  const { name, file, experiment } = await loadExperiment(args.experiment);
  await trainingImages(images);
  const budget = budgetOf({ steps, minutes });
  const runs = grid(over).map((combination) => {
    const assignments = [...set, ...combination];
    const settings = resolveSettings(experiment, assignments);
    return {
      id: runId({ experiment: name, settings, images, budget, precision }),
      label: combination.join(', '),
      set: assignments,
    };
  });
  const common = { experiment: name, experimentFile: file, images, budget, checkpointSteps };
  const sweep: Sweep = { ...common, ...engineOf(args), runs };
  const directory = args.sweep ?? join('runs', `${name}-sweep`);
  await writeSweep(directory, sweep);
  process.stderr.write(`sweep: ${directory}, ${runs.length} runs\n`);
  const executor = executors[args.executor ?? 'local'];
  if (await executor.start({ directory, sweep, jobs, containerImage, volumeClaim })) {
    await sweepReportCommand({ ...args, sweep: directory });
  }
}

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
  const unlock = await lockRun(runDirectory, { wait: true });
  try {
    if ((await statusOf(runDirectory)).state === 'finished') return;
    const { experimentFile, images, budget, checkpointSteps } = sweep;
    const where = existsSync(runFiles(runDirectory).configuration)
      ? { resume: runDirectory }
      : { experiment: experimentFile, images, set: run.set, ...budget, checkpointSteps, run: runDirectory };
    const engineArguments = { ...engineOf(sweep), threads: threads ?? sweep.threads };
    await trainCommand({ ...where, ...engineArguments }, { locked: true });
  } finally {
    await unlock();
  }
}

/** Evaluates the finished runs of a sweep that were not yet, and reports. */
export async function sweepReportCommand(args: SweepReportArguments): Promise<void> {
  const { evaluate = true, evalImages, every } = args;
  const sweep = await readSweep(args.sweep);
  for (const run of evaluate ? sweep.runs : []) {
    const directory = sweepRunDirectory(args.sweep, run);
    const status = await statusOf(directory);
    if (status.state !== 'finished' || (await currentResults(directory, status))) continue;
    await evalCommand({ run: directory, images: evalImages, every, ...engineOf(args) });
  }
  await reportSweep(args.sweep, sweep);
}

const evaluationOptions = {
  evaluate: { type: 'boolean', default: true, describe: 'Evaluate finished runs; --no-evaluate leaves it' },
  'eval-images': { type: 'string', describe: 'Images to evaluate on, as for `eval --images`' },
  every: { type: 'number', describe: 'Evaluate on every n-th image only' },
} as const;

export const sweepModule: CommandModule<object, SweepArguments> = {
  command: 'sweep <experiment>',
  describe: 'Train an experiment with several settings, for the points of a rate-distortion curve',
  builder: (yargs) =>
    yargs
      .positional('experiment', {
        type: 'string',
        demandOption: true,
        describe: `${listExperiments().join(', ')}, or a file`,
      })
      .option('over', {
        type: 'string',
        array: true,
        nargs: 1,
        demandOption: true,
        describe: 'A setting and its values, key=value,value,...; several make all combinations',
      })
      .option('set', { type: 'string', array: true, nargs: 1, describe: 'Change a setting of all runs, key=value' })
      .option('images', { type: 'string', describe: 'Folder or glob of photographs to train on' })
      .option('steps', { type: 'number', describe: `Of each run; default ${DEFAULT_STEPS} unless --minutes is given` })
      .option('minutes', { type: 'number', describe: 'Of each run' })
      .option('checkpoint-steps', { type: 'number', describe: 'As for `train`' })
      .option('sweep', { type: 'string', describe: 'Directory; default runs/<experiment>-sweep' })
      .option('jobs', { type: 'number', default: 1, describe: 'Runs at a time' })
      .option('executor', {
        choices: Object.keys(executors),
        default: 'local',
        describe: Object.values(executors)
          .map(({ name, description }) => `${name}: ${description}`)
          .join('; '),
      })
      .option('container-image', { type: 'string', describe: 'Of kubernetes: the image of its containers' })
      .option('volume-claim', { type: 'string', describe: 'Of kubernetes: the volume on which the sweep lies' })
      .options(evaluationOptions)
      .options(engineOptions)
      .epilogue('The same command goes on where it was stopped or killed; finished runs are not repeated.')
      .example('$0 sweep hires-over-lowres --over gamma=10,50,200 --jobs 2', '') as unknown as Argv<SweepArguments>,
  handler: sweepCommand,
};

export const sweepRunModule: CommandModule<object, { sweep: string; index: number; threads?: number }> = {
  command: 'sweep-run <sweep> <index>',
  describe: 'Train one run of a sweep, or go on with it (what executors call)',
  builder: (yargs) =>
    yargs
      .positional('sweep', { type: 'string', demandOption: true, describe: 'Directory of the sweep' })
      .positional('index', { type: 'number', demandOption: true, describe: 'Of the run, from 0' })
      .option('threads', engineOptions.threads),
  handler: sweepRunCommand,
};

export const sweepReportModule: CommandModule<object, SweepReportArguments> = {
  command: 'sweep-report <sweep>',
  describe: 'Show the runs of a sweep, evaluate those that are finished, and join their curves',
  builder: (yargs) =>
    yargs
      .positional('sweep', { type: 'string', demandOption: true, describe: 'Directory of the sweep' })
      .options(evaluationOptions)
      .options(engineOptions) as unknown as Argv<SweepReportArguments>,
  handler: sweepReportCommand,
};
