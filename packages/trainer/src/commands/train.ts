import { join } from 'node:path';
import { startEngine } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import type { Argv, CommandModule } from 'yargs';
import { type Checkpoint, readCheckpoint } from '../checkpoint.js';
import { codeVersion } from '../code-version.js';
import { openDataset } from '../dataset/open-dataset.js';
import { assignmentsOf, resolveSettings } from '../experiment.js';
import { trainingImages } from '../image-source.js';
import { listExperiments, loadExperiment } from '../load-experiment.js';
import { createRunDirectory, listCheckpoints, type RunConfiguration, readRunConfiguration } from '../run-directory.js';
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
  dryRun?: boolean;
}

/** Steps of a training that names neither steps nor minutes. */
const DEFAULT_STEPS = 10_000;

function positive(name: string, value: number | undefined): void {
  if (value !== undefined && !(value > 0)) throw new Error(`--${name} must be positive, got ${value}`);
}

const timestamp = (): string => new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');

async function readLastCheckpoint(run: string): Promise<Checkpoint> {
  const file = (await listCheckpoints(run)).at(-1);
  if (file === undefined) throw new Error(`${run} has no checkpoint to resume from`);
  return readCheckpoint(file);
}

/** Trains as the arguments say. @returns the run directory, or null after a dry run */
export async function trainCommand(args: TrainArguments): Promise<string | null> {
  const { set = [], resume, dryRun = false } = args;
  positive('steps', args.steps);
  positive('minutes', args.minutes);
  const earlier = resume === undefined ? undefined : await readRunConfiguration(resume);
  if (earlier && (args.experiment || set.length > 0 || args.run)) {
    throw new Error('--resume continues a run as it was configured; leave out the experiment, --set and --run');
  }
  const asked = earlier?.experimentFile ?? args.experiment;
  if (asked === undefined) throw new Error(`name an experiment: ${listExperiments().join(', ')}`);
  const { name, file, experiment } = await loadExperiment(asked);
  const assignments = earlier ? assignmentsOf(earlier.settings) : set;
  const settings = resolveSettings(experiment, assignments);
  const checkpoint = resume === undefined ? undefined : await readLastCheckpoint(resume);
  const source = await trainingImages(args.images ?? earlier?.imagePath);
  const budget = {
    steps: args.steps ?? (args.minutes === undefined ? DEFAULT_STEPS : undefined),
    minutes: args.minutes,
  };

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
      codeVersion: codeVersion(),
      engine,
    };
    if (dryRun) {
      process.stdout.write(`${JSON.stringify({ ...configuration, budget, parameterCount }, null, 2)}\n`);
      return null;
    }
    const dataset = await openDataset({
      images: await source.images(),
      crop: settings.cropSize,
      seed: settings.seed,
      position: checkpoint?.step,
      onSkip: ({ path, reason }) => process.stderr.write(`skipped: ${path}: ${reason}\n`),
    });
    try {
      const directory = resume ?? args.run ?? join('runs', name, timestamp());
      if (resume === undefined) await createRunDirectory(directory, configuration);
      process.stderr.write(`run: ${directory}\n`);
      const log = new RunLog({ directory, resumedAt: checkpoint });
      try {
        await train({ model, settings, dataset, budget, directory, configuration, log, resume: checkpoint });
      } finally {
        log.close();
      }
      return directory;
    } finally {
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
      .option('resume', { type: 'string', describe: 'Run directory to go on in, from its last checkpoint' })
      .option('dry-run', { type: 'boolean', describe: 'Print the resolved configuration and stop' })
      .options(engineOptions) as Argv<TrainArguments>,
  handler: async (args) => {
    await trainCommand(args);
  },
};
