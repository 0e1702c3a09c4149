import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkEvaluationImages, evaluationImages, type Light } from '@sandwich/data';
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
  runId,
  type Sweep,
  settingFolder,
  sweepFile,
  writeSweep,
} from '@sandwich/trainer';
import { required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, positive } from '../command-line/numbers.js';
import { images, outputFolder } from '../command-line/paths.js';
import { assignments, axes, choice, flag, text } from '../command-line/texts.js';
import { executors } from '../executors/index.js';
import { userMessage } from '../user-message.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { logOption } from './options/run-options.js';
import { evaluationOptions, sweepReportCommand } from './sweep-report.js';
import { MOST_MINUTES } from './train.js';

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
      const { bitDepth = 8, light } = plan.settings as { bitDepth?: number; light?: Light };
      await checkPlan(plan, { images, note });
      await experiment.definition.describeData?.(plan.settings, { images, note }, { rank: 0, size: 1 });
      if (evaluate && executor === 'local')
        await checkEvaluationImages(await evaluationImages(evalImages, bitDepth, light), { bitDepth, light, note });
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
