import {
  commandHint,
  describeTraining,
  Interrupted,
  listExperiments,
  loadExperiment,
  parseAssignments,
  placeIn,
  SignalListener,
  type StartTrainingOptions,
  startTraining,
} from '@sandwich/trainer';
import { type EngineArguments, engineOf } from './options/engine-options.js';

export interface TrainArguments extends EngineArguments {
  experiment?: string;
  images?: string;
  steps?: number;
  minutes?: number;
  set?: string[];
  run?: string;
  resume?: string;
  initFrom?: string;
  checkpointSteps?: number;
  keep?: number;
  limit?: number;
  concurrency?: number;
  cache?: number;
  overfit?: boolean;
  profile?: boolean;
  /** Whether steps are recorded and replayed; default where the engine does. */
  replay?: boolean;
  /** Whether each step runs the code anew. */
  eager?: boolean;
  dryRun?: boolean;
  /** For a run and images that are removed afterwards: what to call the images, in place of naming files. */
  temporary?: string;
  /** Whether a run may go on although its experiment's file or its images have changed. */
  acceptChanges?: boolean;
  /** See `checkLogger`. */
  log?: string[];
  /** Seconds for which another process may be silent. */
  peerTimeout?: number;
}

export interface TrainCommandOptions {
  /** Whether the caller holds the lock of the run directory. */
  locked?: boolean;
  /** Variables that name the processes that train together, see `placeIn`; default this process alone. */
  environment?: Readonly<Record<string, string | undefined>>;
}

/** Ten years. */
export const MOST_MINUTES = 10 * 366 * 24 * 60;

/** @throws Error when it is not clear what to train: no experiment, or one beside a run to go on with */
export function checkTrainArguments({ experiment, resume, set = [], run, acceptChanges }: TrainArguments): void {
  if (acceptChanges && resume === undefined) throw new Error('--accept-changes goes with --resume');
  if (resume !== undefined && (experiment !== undefined || set.length > 0 || run !== undefined)) {
    throw new Error('--resume continues a run as it was configured; leave out the experiment, --set and --run');
  }
  if (resume === undefined && experiment === undefined) {
    throw new Error(`name an experiment: ${listExperiments().join(', ')}`);
  }
}

/** What the arguments ask the trainer for. */
async function optionsOf(
  args: TrainArguments,
  { locked, environment }: TrainCommandOptions,
): Promise<StartTrainingOptions> {
  const { resume, run, steps, minutes, acceptChanges, initFrom, overfit, profile, temporary, peerTimeout } = args;
  const experiment = args.experiment === undefined ? undefined : await loadExperiment(args.experiment);
  return {
    ...engineOf(args),
    experiment,
    settings: experiment && parseAssignments(experiment.definition, args.set ?? []),
    data: {
      images: args.images,
      limit: args.limit,
      concurrency: args.concurrency,
      cacheBytes: args.cache && args.cache * 2 ** 20,
    },
    resume,
    run,
    steps,
    minutes,
    acceptChanges,
    initFrom,
    log: args.log,
    checkpoints: { everySteps: args.checkpointSteps, keep: args.keep },
    overfit,
    profile,
    record: args.eager ? false : args.replay,
    temporary,
    peerTimeout,
    locked,
    environment,
  };
}

/**
 * Trains as the arguments say, alone or with other processes.
 *
 * @returns the run directory, or null after a dry run
 */
export async function trainCommand(args: TrainArguments, context: TrainCommandOptions = {}): Promise<string | null> {
  checkTrainArguments(args);
  const options = await optionsOf(args, context);
  if (args.dryRun) {
    const { configuration, parameterCount } = await describeTraining(options);
    if ((placeIn(context.environment ?? {})?.rank ?? 0) === 0) {
      process.stdout.write(`${JSON.stringify({ ...configuration, parameterCount }, null, 2)}\n`);
    }
    return null;
  }
  return trainUntilSignal(options);
}

/**
 * Trains; a signal ends it in good order.
 *
 * @returns the run directory
 * @throws Interrupted when it was stopped before its end, saying how to go on
 */
export async function trainUntilSignal(options: StartTrainingOptions): Promise<string> {
  const signals = new SignalListener();
  const { directory, checkpoint, stopped } = await startTraining({
    ...options,
    stop: signals.stop,
    listeners: [signals],
  });
  if (stopped) {
    throw new Interrupted(
      signals.received ?? 'SIGTERM',
      `saved ${checkpoint}; go on with: ${commandHint('train', '--resume', directory)}`,
    );
  }
  return directory;
}
