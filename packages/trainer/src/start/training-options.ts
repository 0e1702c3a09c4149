import type { EngineOptions } from '@sandwich/engine';
import type { DataOptions, ObjectiveDefinition } from '../experiment/define-objective.js';
import { type Experiment, loadExperiment } from '../experiment/load-experiment.js';
import type { Settings } from '../experiment/settings.js';
import type { Logger } from '../logging/logger.js';
import { checkLogger } from '../logging/open-loggers.js';
import type { TrainingListener } from '../loop/training-listener.js';
import type { Budget } from '../run/budget.js';
import type { CheckpointPolicy, RunConfiguration } from '../run/run-directory.js';

/** What to train, in which way, and where; members that a resumed run is not given are those with which it was started. */
export interface StartTrainingOptions extends EngineOptions, Budget {
  /** The name of an experiment, its file, or what it defines; with `resume` only in the place of a file that is not there. */
  experiment?: string | ObjectiveDefinition | Experiment;
  /** Changes of its settings. */
  settings?: Settings;
  /** The data to train on; default what the experiment takes. */
  data?: Omit<DataOptions, 'note'>;
  /** Run directory to make; default runs/<experiment>/<time>. */
  run?: string;
  /** Run directory in which to go on, from its last checkpoint. */
  resume?: string;
  /** Whether a run may go on although its experiment or its data have changed. */
  acceptChanges?: boolean;
  /** The run or packed system with whose weights to begin. */
  initFrom?: string;
  checkpoints?: Partial<CheckpointPolicy>;
  /** Whether the first batch is repeated. */
  overfit?: boolean;
  /** Whether the kernels of one step are printed. */
  profile?: boolean;
  /** Whether steps are recorded and replayed; default where the engine does. */
  record?: boolean;
  /** Loggers besides records and pictures in the run directory: `tensorboard`, the default, `mlflow=http://…`, or `none`. */
  log?: string[];
  /** Loggers of the caller's own. */
  loggers?: readonly Logger[];
  /** Whoever else follows the training. */
  listeners?: readonly TrainingListener[];
  /** Ends training after the step under way; a checkpoint is saved. */
  stop?: AbortSignal;
  /** Hears what is done; default standard error. */
  note?(text: string): void;
  /** Whether the caller holds the lock of the run directory. */
  locked?: boolean;
  /** Variables that name the processes that train together, see `placeIn`; default this process alone. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Seconds for which another process may be silent. */
  peerTimeout?: number;
  /** For a run that is removed afterwards: what to call its data, in place of naming files. */
  temporary?: string;
}

/** More than one, so that there is one to go back to when the last is damaged. */
export const DEFAULT_KEEP = 3;

/** A run goes on with the engine, device, number of threads and precision that it had: with others, sums are rounded otherwise. */
export function engineFor(options: EngineOptions, earlier: RunConfiguration | undefined): EngineOptions {
  const { engine, device, threads, precision } = options;
  if (earlier === undefined || (engine !== undefined && engine !== earlier.engine.engine)) {
    return { engine, device, threads, precision };
  }
  const was = earlier.engine as Required<EngineOptions>;
  return {
    engine: was.engine,
    device: device ?? was.device,
    threads: threads ?? was.threads,
    precision: precision ?? was.precision,
  };
}

/** What the options ask for, else what the run was started with, else the defaults. */
export function checkpointsOf(
  asked: Partial<CheckpointPolicy> = {},
  earlier: RunConfiguration | undefined,
): CheckpointPolicy {
  const { everySteps, keep = DEFAULT_KEEP } = earlier?.checkpoints ?? {};
  return { everySteps: asked.everySteps ?? everySteps, keep: asked.keep ?? keep };
}

/** @throws Error when it is not clear what to train, a number is out of range, or a logger is not known */
export function checkOptions({
  experiment,
  resume,
  run,
  settings,
  acceptChanges,
  log = [],
  ...numbers
}: StartTrainingOptions): void {
  if (resume === undefined && experiment === undefined) throw new Error('startTraining: name an experiment');
  if (resume !== undefined && (run !== undefined || settings !== undefined)) {
    throw new Error('startTraining: a run goes on as it was configured; leave out run and settings');
  }
  if (resume === undefined && acceptChanges) throw new Error('startTraining: acceptChanges goes with resume');
  const { steps, minutes, checkpoints: { everySteps, keep } = {}, data: { limit } = {} } = numbers;
  for (const [name, value] of Object.entries({ steps, everySteps, keep, limit })) {
    if (value === undefined || (Number.isSafeInteger(value) && value > 0)) continue;
    throw new Error(`startTraining: ${name} must be a positive integer, got ${value}`);
  }
  if (minutes !== undefined && !(minutes > 0 && Number.isFinite(minutes))) {
    throw new Error(`startTraining: minutes must be a positive number, got ${minutes}`);
  }
  for (const text of log) checkLogger(text, 'log');
}

/** An experiment by its name, or by itself. @param name of one that has none */
export async function experimentOf(
  asked: NonNullable<StartTrainingOptions['experiment']>,
  name = 'experiment',
): Promise<Experiment> {
  if (typeof asked === 'string') return loadExperiment(asked);
  return 'definition' in asked ? asked : { name, definition: asked };
}
