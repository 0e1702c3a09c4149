import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { startEngine, tf } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import type { Argv, CommandModule } from 'yargs';
import type { Budget } from '../budget.js';
import { codeVersion } from '../code-version.js';
import type { Batch, ImageDataset } from '../dataset/image-dataset.js';
import { openDataset } from '../dataset/open-dataset.js';
import { assignmentsOf, resolveSettings, type TrainingSettings } from '../experiment.js';
import { trainingImages } from '../image-source.js';
import { Interrupted, interruptible } from '../interruption.js';
import { listExperiments, loadExperiment } from '../load-experiment.js';
import {
  type CheckpointPolicy,
  createRunDirectory,
  fillRunDirectory,
  type RunConfiguration,
  readLastCheckpoint,
  readRunConfiguration,
  removeLeftovers,
} from '../run-directory.js';
import { RunLog } from '../run-log.js';
import { train } from '../train.js';
import { type EngineArguments, engineOf, engineOptions } from './engine-options.js';

export interface TrainArguments extends EngineArguments {
  experiment?: string;
  images?: string;
  steps?: number;
  minutes?: number;
  set?: string[];
  run?: string;
  resume?: string;
  checkpointSteps?: number;
  keep?: number;
  limit?: number;
  overfit?: boolean;
  dryRun?: boolean;
}

/** Steps of a training that names neither steps nor minutes. */
const DEFAULT_STEPS = 10_000;
/** More than one, so that there is one to go back to when the last is damaged. */
const DEFAULT_KEEP = 3;

function positive(name: string, value: number | undefined): void {
  if (value !== undefined && !(value > 0)) throw new Error(`--${name} must be positive, got ${value}`);
}

function count(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isInteger(value) && value > 0))
    throw new Error(`--${name} must be a positive integer, got ${value}`);
}

/** What the arguments ask for, else what the run was started with, else the defaults. */
function budgetOf({ steps, minutes }: TrainArguments, earlier: RunConfiguration | undefined): Budget {
  if (steps !== undefined || minutes !== undefined) return { steps, minutes };
  return earlier?.budget ?? { steps: DEFAULT_STEPS };
}

function checkpointsOf(args: TrainArguments, earlier: RunConfiguration | undefined): CheckpointPolicy {
  const { everySteps, keep = DEFAULT_KEEP } = earlier?.checkpoints ?? {};
  return { everySteps: args.checkpointSteps ?? everySteps, keep: args.keep ?? keep };
}

/** The images held back, the others; the last ones by name are held back. */
function split(images: string[], heldBack: number): [validation: string[], training: string[]] {
  if (heldBack >= images.length) {
    throw new Error(`validationImages=${heldBack} leaves nothing to train on: there are ${images.length} images`);
  }
  const at = images.length - heldBack;
  return [images.slice(at), images.slice(0, at)];
}

/** Crops of images that are not trained on, the same in every sitting. */
async function openValidation(images: string[], settings: TrainingSettings): Promise<tf.Tensor4D | undefined> {
  if (images.length === 0) return undefined;
  const { cropSize, seed } = settings;
  const dataset = await openDataset({ images, crop: cropSize, seed });
  const { pixels } = await dataset.nextBatch(images.length).finally(() => dataset.close());
  return tf.tensor4d(pixels, [images.length, cropSize, cropSize, 3]);
}

/** Gives the first batch again and again. */
function repeatFirstBatch(dataset: ImageDataset): Pick<ImageDataset, 'nextBatch'> {
  let first: Promise<Batch> | undefined;
  return { nextBatch: (batchSize) => (first ??= dataset.nextBatch(batchSize)) };
}

const timestamp = (): string => new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');

/** Where a run goes on; damaged checkpoints are set aside under another name. */
async function lastCheckpoint(run: string, note: (text: string) => void) {
  const damaged: string[] = [];
  const checkpoint = await readLastCheckpoint(run, (file, reason) => {
    damaged.push(file);
    note(reason);
  });
  for (const file of damaged) await rename(file, `${file}.damaged`);
  note(checkpoint ? `resuming from ${checkpoint.file}` : `${run} has no checkpoint yet: starting it again`);
  return checkpoint;
}

/** Trains as the arguments say. @returns the run directory, or null after a dry run */
export async function trainCommand(args: TrainArguments): Promise<string | null> {
  const { set = [], resume, dryRun = false } = args;
  positive('minutes', args.minutes);
  count('steps', args.steps);
  count('checkpoint-steps', args.checkpointSteps);
  count('keep', args.keep);
  count('limit', args.limit);
  const earlier = resume === undefined ? undefined : await readRunConfiguration(resume);
  if (earlier && (args.experiment || set.length > 0 || args.run)) {
    throw new Error('--resume continues a run as it was configured; leave out the experiment, --set and --run');
  }
  const asked = earlier?.experimentFile ?? args.experiment;
  if (asked === undefined) throw new Error(`name an experiment: ${listExperiments().join(', ')}`);
  const { name, file, experiment } = await loadExperiment(asked);
  const assignments = earlier ? assignmentsOf(earlier.settings) : set;
  const settings = resolveSettings(experiment, assignments);
  const note = (text: string) => process.stderr.write(`${text}\n`);
  if (resume !== undefined) await removeLeftovers(resume);
  const checkpoint = resume === undefined ? undefined : await lastCheckpoint(resume, note);
  const source = await trainingImages(args.images ?? earlier?.imagePath);
  const budget = budgetOf(args, earlier);
  const checkpoints = checkpointsOf(args, earlier);
  const limit = args.limit ?? earlier?.limit;

  const engine = await startEngine(engineOf(args));
  const model = new Sandwich(experiment.sandwich(settings));
  try {
    const parameterCount = Object.values(model.parameters).reduce((sum, { size }) => sum + size, 0);
    process.stderr.write(
      `experiment: ${name}, ${experiment.description}; ${parameterCount.toLocaleString('en')} parameters\n` +
        `training images: ${source.description}\n`,
    );
    const configuration: RunConfiguration = {
      experiment: name,
      experimentFile: file,
      settings,
      imagePath: args.images ?? earlier?.imagePath,
      images: source.description,
      limit,
      overfit: args.overfit ?? earlier?.overfit,
      budget,
      checkpoints,
      codeVersion: codeVersion(),
      engine,
    };
    if (dryRun) {
      process.stdout.write(`${JSON.stringify({ ...configuration, budget, parameterCount }, null, 2)}\n`);
      return null;
    }
    const [heldBack, images] = split((await source.images()).slice(0, limit), settings.validationImages);
    const dataset = await openDataset({
      images,
      crop: settings.cropSize,
      seed: settings.seed,
      position: checkpoint && checkpoint.step * settings.accumulate,
      onSkip: ({ path, reason }) => note(`skipped: ${path}: ${reason}`),
    });
    const validation = await openValidation(heldBack, settings);
    try {
      const directory = resume ?? args.run ?? join('runs', name, timestamp());
      if (resume === undefined) await createRunDirectory(directory, configuration);
      else await fillRunDirectory(directory, configuration);
      note(`run: ${directory}`);
      const log = new RunLog({ directory, resumedAt: checkpoint ?? (earlier && { step: 0, seconds: 0 }) });
      const { result, signal } = await interruptible((stop) =>
        train({
          model,
          settings,
          dataset: configuration.overfit ? repeatFirstBatch(dataset) : dataset,
          validation,
          budget,
          checkpoints,
          directory,
          configuration,
          log,
          resume: checkpoint,
          stop,
        }),
      ).finally(() => log.close());
      if (signal) {
        throw new Interrupted(signal, `saved ${result.checkpoint}; go on with: sandwich train --resume ${directory}`);
      }
      return directory;
    } finally {
      validation?.dispose();
      await dataset.close();
    }
  } finally {
    model.dispose();
  }
}

export const trainModule: CommandModule<object, TrainArguments> = {
  command: 'train [experiment]',
  describe: 'Train the networks of an experiment',
  builder: (yargs) =>
    yargs
      .positional('experiment', { type: 'string', describe: `${listExperiments().join(', ')}, or a file` })
      .option('images', {
        type: 'string',
        describe: 'Folder or glob of photographs; default SANDWICH_DATA/photos, else synthetic',
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
      .option('checkpoint-steps', {
        type: 'number',
        describe: 'Write a checkpoint after every so many steps; default every two minutes',
      })
      .option('keep', {
        type: 'number',
        describe: `How many of the last checkpoints to keep, beside the best; default ${DEFAULT_KEEP}`,
      })
      .option('limit', { type: 'number', describe: 'Use only so many images, the first by name' })
      .option('overfit', {
        type: 'boolean',
        describe: 'Train on the first batch only: a loss that does not fall then shows a mistake',
      })
      .option('dry-run', { type: 'boolean', describe: 'Print the resolved configuration and stop' })
      .options(engineOptions) as Argv<TrainArguments>,
  handler: async (args) => {
    await trainCommand(args);
  },
};
