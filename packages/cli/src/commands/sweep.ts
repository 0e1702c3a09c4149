import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkEvaluationImages, evaluationImages } from '@sandwich/data';
import { lockFolder } from '@sandwich/files';
import { paretoOutputs } from '@sandwich/inspector';
import {
  budgetOf,
  checkPlan,
  commandHint,
  continuesSweep,
  DEFAULT_STEPS,
  type Experiment,
  grid,
  guardFolder,
  guardOutputs,
  listExperiments,
  loadExperiment,
  parseAssignments,
  planNewRun,
  readSweep,
  resolveSettings,
  runFiles,
  runId,
  type Sweep,
  settingFolder,
  statusOf,
  sweepFile,
  sweepRunDirectory,
  writeSweep,
} from '@sandwich/trainer';
import { required, withDefault, without } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, integer, positive } from '../command-line/numbers.js';
import { images, inputFolder, outputFolder } from '../command-line/paths.js';
import { assignments, axes, choice, flag, negatedFlag, text } from '../command-line/texts.js';
import { executors } from '../executors/index.js';
import { currentResults, reportSweep } from '../sweep-report.js';
import { userMessage } from '../user-message.js';
import { evalCommand } from './eval.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { logOption } from './options/run-options.js';
import { MOST_MINUTES, trainUntilSignal } from './train.js';

export interface SweepArguments extends EngineArguments {
  experiment: string;
  over: string[];
  set?: string[];
  images?: string;
  steps?: number;
  minutes?: number;
  checkpointSteps?: number;
  log?: string[];
  sweep?: string;
  layout?: string;
  jobs?: number;
  executor?: string;
  containerImage?: string;
  volumeClaim?: string;
  evaluate?: boolean;
  evalImages?: string;
  every?: number;
  force?: boolean;
}

export interface SweepReportArguments extends EngineArguments {
  sweep: string;
  evaluate?: boolean;
  evalImages?: string;
  every?: number;
}

/** @throws Error for arguments that contradict each other, or would be passed over */
function checkSweepArguments(args: SweepArguments): void {
  const { over, set = [], executor = 'local', layout } = args;
  const keyOf = (assignment: string) => assignment.split('=', 1)[0];
  if (layout !== undefined && (over.length !== 1 || keyOf(over[0]) !== layout)) {
    throw new Error(`--layout ${layout} needs --over ${layout}=... and no other --over, got ${over.join(' and ')}`);
  }
  const both = set.find((assignment) => over.some((axis) => keyOf(axis) === keyOf(assignment)));
  if (both !== undefined) {
    const axis = over.find((one) => keyOf(one) === keyOf(both));
    throw new Error(`--set ${both} and --over ${axis} both give ${keyOf(both)}: leave out one of them`);
  }
  const ofKubernetes = { '--container-image': args.containerImage, '--volume-claim': args.volumeClaim };
  for (const [name, value] of Object.entries(ofKubernetes)) {
    if (executor === 'kubernetes' && value === undefined) {
      throw new Error(`the kubernetes executor needs ${Object.keys(ofKubernetes).join(' and ')}`);
    }
    if (executor !== 'kubernetes' && value !== undefined) throw new Error(`${name} is for --executor kubernetes`);
  }
}

/** Checks that a sweep can lie in a directory: a new one, or one that goes on. */
async function guardSweep(directory: string, sweep: Sweep, force = false): Promise<void> {
  await guardFolder(directory);
  const own = !force && (await continuesSweep(directory, sweep));
  await guardOutputs([sweepFile(directory), ...paretoOutputs(directory, ['jpeg'])], { own, force, makesFolders: true });
}

/**
 * Checks folders that are named after the values of a setting, which do not tell runs of different sweeps apart as ids do.
 *
 * @throws Error when a name is none of a folder, two runs have one folder, or one of a new sweep is there already
 */
async function guardFolders(directory: string, { runs }: Sweep): Promise<void> {
  const folders = runs.flatMap(({ folder }) => folder ?? []);
  const path = folders.find((folder) => basename(folder) !== folder);
  if (path !== undefined) throw new Error(`--layout would make ${path}, which is no name of a folder: leave it out`);
  const twice = folders.find((folder, i) => folders.indexOf(folder) !== i);
  if (twice !== undefined) throw new Error(`--layout would put two runs into ${join(directory, twice)}`);
  if (existsSync(sweepFile(directory)) && (await sameFolders(directory, runs))) return;
  const there = folders.find((folder) => existsSync(join(directory, folder)));
  if (there === undefined) return;
  throw new Error(
    `${join(directory, there)} is there already, from another sweep: choose another directory with --sweep`,
  );
}

/** Whether a sweep that is there has put the same runs into the same folders. */
const sameFolders = async (directory: string, runs: Sweep['runs']): Promise<boolean> =>
  (await readSweep(directory)).runs.every(({ id, folder }, i) => id === runs[i]?.id && folder === runs[i]?.folder);

/** Finds out, before the first run is trained, whether all of them can be trained and evaluated. */
async function checkRunsOf(experiment: Experiment, { images, runs }: Sweep, args: SweepArguments): Promise<void> {
  const { evaluate = true, evalImages, executor = 'local' } = args;
  const note = (text: string) => process.stderr.write(`${text}\n`);
  for (const { label, settings } of runs) {
    try {
      const plan = await planNewRun(experiment, settings);
      const bitDepth = plan.settings.bitDepth as number | undefined;
      await checkPlan(plan, { images, note });
      await experiment.definition.describeData?.(plan.settings, { images, note }, { rank: 0, size: 1 });
      if (evaluate && executor === 'local')
        await checkEvaluationImages(await evaluationImages(evalImages, bitDepth), { bitDepth: bitDepth ?? 8, note });
    } catch (error) {
      throw new Error(`${label}: ${userMessage(error)}`, { cause: error });
    }
  }
}

/** How the evaluation that was asked for is asked for again. */
const evaluationWords = ({ evaluate = true, evalImages, every }: SweepArguments): string[] => [
  ...(evaluate ? [] : ['--no-evaluate']),
  ...(evalImages === undefined ? [] : ['--eval-images', evalImages]),
  ...(every === undefined ? [] : ['--every', `${every}`]),
];

/** Trains all combinations of settings, evaluates the runs and joins their curves. */
export async function sweepCommand(args: SweepArguments): Promise<void> {
  checkSweepArguments(args);
  const { over, set = [], steps, minutes, checkpointSteps, log, images, precision, layout } = args;
  const { jobs = 1, containerImage, volumeClaim } = args;
  const experiment = await loadExperiment(args.experiment);
  const { name, file, definition } = experiment;
  const budget = budgetOf({ steps, minutes });
  const runs = grid(over).map((combination) => {
    const changes = parseAssignments(definition, [...set, ...combination]);
    const settings = resolveSettings(definition, changes);
    return {
      id: runId({ experiment: name, settings, images, budget, precision }),
      label: combination.join(', '),
      settings: changes,
      ...(layout !== undefined && { folder: settingFolder(layout, changes[layout]) }),
    };
  });
  const common = { experiment: name, experimentFile: file, images, budget, checkpointSteps, log };
  const sweep: Sweep = { ...common, ...engineOf(args), runs };
  const directory = args.sweep ?? join('runs', `${name}-sweep`);
  await guardSweep(directory, sweep, args.force);
  await guardFolders(directory, sweep);
  await checkRunsOf(experiment, sweep, args);
  await writeSweep(directory, sweep);
  process.stderr.write(`sweep: ${directory}, ${runs.length} runs\n`);
  const executor = executors[args.executor ?? 'local'];
  const report = commandHint('sweep-report', directory, ...evaluationWords(args));
  if (await executor.start({ directory, sweep, jobs, containerImage, volumeClaim, report })) {
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

/** Evaluates the finished runs of a sweep that were not yet, and reports. */
export async function sweepReportCommand(args: SweepReportArguments): Promise<void> {
  const { evaluate = true, evalImages, every } = args;
  const sweep = await readSweep(args.sweep);
  await guardOutputs(paretoOutputs(args.sweep, ['jpeg']), { own: true });
  for (const run of evaluate ? sweep.runs : []) {
    const directory = sweepRunDirectory(args.sweep, run);
    const status = await statusOf(directory);
    if (status.state !== 'finished' || (await currentResults(directory, status))) continue;
    await evalCommand({ run: directory, images: evalImages, every, ...engineOf(args) });
  }
  await reportSweep(args.sweep, sweep);
}

const evaluationOptions = {
  evaluate: without(negatedFlag('Do not evaluate the finished runs'), 'evalImages', 'every'),
  evalImages: images('Images to evaluate on, as for `eval --images`'),
  every: count('Evaluate only on every n-th image'),
};

const MOST_JOBS = 1024;

export const sweepDefinition = defineCommand({
  name: 'sweep',
  describe: 'Train an experiment with several settings, for the points of a rate-distortion curve',
  operands: {
    experiment: required(text(`Experiment to train: ${listExperiments().join(', ')}, or a file`, 'name')),
  },
  options: {
    over: required(axes('A setting and its values; may be repeated, which makes all combinations')),
    set: assignments('Change a setting in all runs; may be repeated'),
    images: images('Folder, glob, list (.txt) or file of photographs to train on'),
    steps: count(`Steps per run; default ${DEFAULT_STEPS} unless --minutes is given`),
    minutes: positive('Training minutes per run', { max: MOST_MINUTES }),
    checkpointSteps: count('Write a checkpoint each time this many steps are done; default every two minutes'),
    log: logOption,
    sweep: outputFolder('Directory of the sweep; default runs/<experiment>-sweep'),
    layout: text(
      'Name the folders of runs after this setting, the only one of --over, and its value, as LearnedJPEG does: `lambda` makes lambda_005 for ' +
        '0.05; default a hash of all settings',
      'setting',
    ),
    force: flag('Put it in the place of another sweep that is in the directory'),
    jobs: withDefault(count('Runs at a time', { max: MOST_JOBS }), 1),
    executor: withDefault(
      choice(
        'What brings the runs to machines',
        Object.keys(executors),
        Object.values(executors)
          .map(({ name, description }) => `${name} is ${description}`)
          .join('; '),
      ),
      'local',
    ),
    containerImage: text('For kubernetes: the image of its containers', 'image'),
    volumeClaim: text('For kubernetes: the volume on which the sweep lies', 'claim'),
    ...evaluationOptions,
    ...engineOptions,
  },
  note:
    'The same command goes on where it was stopped or killed; finished runs are not repeated.\n\n' +
    'Example: sandwich sweep hires-over-lowres --over gamma=10,50,200 --jobs 2',
  check: checkSweepArguments,
  run: sweepCommand,
});

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

export const sweepReportDefinition = defineCommand({
  name: 'sweep-report',
  describe: 'Show the runs of a sweep, evaluate those that are finished, and join their curves',
  operands: { sweep: required(inputFolder('Directory of the sweep')) },
  options: { ...evaluationOptions, ...engineOptions },
  run: sweepReportCommand,
});
