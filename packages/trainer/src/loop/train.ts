import { setImmediate } from 'node:timers/promises';
import type { Batch, BatchStream } from '@sandwich/data';
import { canRecord, tf } from '@sandwich/engine';
import { alone, isPeersLost, type TrainingGroup } from '../distributed/training-group.js';
import type { TrainingSettings } from '../experiment/settings.js';
import { adam } from '../optimizers/adam.js';
import { average } from '../optimizers/average.js';
import { chain } from '../optimizers/chain.js';
import { clipByNorm } from '../optimizers/clip-by-norm.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { reasonOf } from '../reason-of.js';
import { type Budget, spent } from '../run/budget.js';
import {
  type Checkpoint,
  initialState,
  restoreParameters,
  restoreTrainingState,
  type TrainingState,
  variablesOf,
} from '../run/checkpoint.js';
import { type CheckpointPolicy, listCheckpoints, type RunConfiguration } from '../run/run-directory.js';
import type { RunLog } from '../run/run-log.js';
import { inputsOf } from '../step/inputs-of.js';
import type { StepMetrics } from '../step/metrics.js';
import { TrainingStep } from '../step/training-step.js';
import type { Objective } from '../system.js';
import { withAveragedWeights } from './averaged-weights.js';
import { BatchReader } from './batch-reader.js';
import { CheckpointKeeper } from './checkpoint-keeper.js';
import { learningRateAt } from './learning-rate.js';
import { StepProfile } from './step-profile.js';
import { StepRecorder } from './step-recorder.js';
import type { TrainingListener } from './training-listener.js';
import { validate } from './validate.js';
import { withEndings } from './with-endings.js';

/** Options of `train`. */
export interface TrainOptions {
  /** The caller's to dispose. */
  objective: Objective;
  settings: TrainingSettings;
  /** Opened at the batch that follows the checkpoint's step. */
  batches: Pick<BatchStream, 'next' | 'description'>;
  budget: Budget;
  checkpoints: CheckpointPolicy;
  /** Run directory, made already. */
  directory: string;
  configuration: RunConfiguration;
  /** Absent in all but the first of several processes. */
  log?: RunLog;
  /** Whoever else follows the training. */
  listeners?: readonly TrainingListener[];
  /** Those that train together, each on its share of the batches; the first one writes. Default this one alone. */
  group?: TrainingGroup;
  /** Where to go on; its weights and optimizer replace those there are. */
  resume?: Checkpoint;
  /** Prints the kernels of one step: calls, time and bytes. Steps are not recorded then. */
  profile?: boolean;
  /**
   * Whether steps are recorded and replayed (`recordStep`); a line on standard error says why where they cannot be. Default: where the
   * engine records.
   */
  record?: boolean;
  /** Ends training after the step under way; a checkpoint is saved. */
  stop?: AbortSignal;
}

/** How a sitting of a training ended. */
export interface TrainingOutcome {
  /** File of the last checkpoint. */
  checkpoint: string;
  /** Steps done. */
  step: number;
  /** Whether it was stopped before its budget was spent, and can go on. */
  stopped: boolean;
}

/** The objective's optimizer, or Adam at the scheduled rate, of gradients that are clipped where the settings say so. */
function optimizerOf({ optimizer: own }: Objective, settings: TrainingSettings): Optimizer {
  const { clipNorm } = settings;
  const optimizer = own ?? adam({ learningRate: (step, progress) => learningRateAt(settings, step, progress) });
  return clipNorm > 0 ? chain(clipByNorm(clipNorm), optimizer) : optimizer;
}

/** An error of a step with all that helps to find its cause. */
async function stepError(error: unknown, step: number, batches: readonly Batch[], directory: string): Promise<Error> {
  const files = new Set(batches.flatMap((batch) => batch.files));
  return new Error(
    `step ${step} failed: ${reasonOf(error)}; its batch was made of ${[...files].join(', ')}; ` +
      `the last good checkpoint is ${(await listCheckpoints(directory)).at(-1) ?? 'none'}`,
    { cause: error },
  );
}

/**
 * Trains until the budget is spent or the objective ends it, writing records, pictures and checkpoints into the run directory.
 *
 * Everything that a step depends on is in the checkpoint: a run that is resumed computes what it would have computed,
 * bit for bit on a CPU with the same number of threads, when its budget is in steps. (A schedule over minutes depends on
 * the clock.)
 *
 * @throws Error when the budget names neither steps nor minutes; or when a step fails or its loss is not finite, naming
 * the step, the files of the batch and the last good checkpoint.
 * @throws PeersLost when another process of the group is gone; the first one has saved the steps done before
 */
export async function train(options: TrainOptions): Promise<TrainingOutcome> {
  const { objective, settings, budget, directory, log, resume, group = alone } = options;
  const { averageDecay, seed } = settings;
  const { system } = objective;
  if (budget.steps === undefined && budget.minutes === undefined) {
    throw new Error('train: the budget names neither steps nor minutes, training would never end');
  }
  if (resume) restoreParameters(variablesOf(system), { ...resume.parameters, ...resume.state });
  const state: TrainingState = resume ? restoreTrainingState(resume) : initialState();
  const steps = new TrainingStep({
    objective,
    optimizer: optimizerOf(objective, settings),
    averaging: averageDecay > 0 ? average(averageDecay) : undefined,
    state,
    group,
    seed,
    record: !options.profile && (options.record ?? canRecord()),
    onRefusal: (reason) => process.stderr.write(`steps are not replayed: ${reason}\n`),
  });
  const started = performance.now() - 1000 * state.seconds;
  const agree = () => group.agree({ seconds: state.seconds, stop: state.ended || (options.stop?.aborted ?? false) });
  const reader = new BatchReader(options.batches);
  let progress = 0;
  let recorder: StepRecorder | undefined;

  const judge = async (): Promise<number | undefined> => {
    const standing = { step: state.step, progress, seed };
    const metrics = await withAveragedWeights(system.parameters, state.average, () => validate(objective, standing));
    if (metrics === undefined) return undefined;
    const measure = objective.validate?.measure ?? 'loss';
    const value = metrics[measure];
    if (value === undefined) {
      throw new Error(`the objective is judged by '${measure}', and has only ${Object.keys(metrics).join(', ')}`);
    }
    for (const listener of listeners) listener.validated?.(state.step, measure, value);
    return value;
  };
  const checkpoints = new CheckpointKeeper({
    directory,
    policy: options.checkpoints,
    objective,
    state,
    configuration: options.configuration,
    resume,
    writes: group.rank === 0,
    validate: judge,
    async onSaved(file, step) {
      for (const listener of listeners) await listener.saved?.(file, step);
    },
  });
  const listeners: TrainingListener[] = [
    ...(options.profile ? [new StepProfile((budget.steps ?? Number.POSITIVE_INFINITY) - state.step)] : []),
    ...(options.listeners ?? []),
  ];

  const takeStep = async (batches: Batch[]): Promise<StepMetrics> => {
    for (const listener of listeners) listener.stepBegins?.(state.step);
    try {
      return await steps.take(
        batches.map((batch) => () => inputsOf(batch)),
        progress,
      );
    } catch (error) {
      throw isPeersLost(error) ? error : await stepError(error, state.step + 1, batches, directory);
    }
  };

  const endings = () => [
    ...listeners.map((listener) => () => listener.end?.()),
    () => steps.dispose(),
    () => tf.dispose([Object.values(state.optimizer).map((slot) => slot.tensors), state.average]),
  ];
  return withEndings(async () => {
    try {
      let { seconds, stop } = await agree();
      progress = spent(budget, { step: state.step, seconds });
      if (log) {
        const learningRate = (step: number, at: number) => learningRateAt(settings, step, at);
        const takeWaited = () => reader.takeWaited();
        const recorded = { objective, state, log, takeWaited, ...(!objective.optimizer && { learningRate }) };
        recorder = new StepRecorder(recorded, progress);
        listeners.push(recorder);
      }
      listeners.push(checkpoints);
      for (const listener of listeners) await listener.begin?.();
      while (progress < 1 && !stop) {
        const batches = await reader.next(settings.accumulate);
        const metrics = await takeStep(batches);
        state.step++;
        state.seconds = (performance.now() - started) / 1000;
        state.sinceRecord.push(metrics);
        ({ seconds } = await agree());
        progress = Math.min(spent(budget, { step: state.step, seconds }), 1);
        const event = { step: state.step, seconds: state.seconds, progress, metrics, batches };
        for (const listener of listeners) await listener.stepDone?.(event);
        // A listener or the judgement of a checkpoint may have asked for the end.
        ({ stop } = await agree());
        // A CPU step blocks the event loop: decoding, writing and signals have their turn here.
        await setImmediate();
      }
      const checkpoint = await checkpoints.save();
      // Only the first process judges; the others hear of it when it has saved.
      const ended = await group.fromFirst(() => state.ended);
      // Steps of a run that goes on are recorded when they would have been without the pause.
      if (ended) recorder?.record();
      return { checkpoint, step: state.step, stopped: progress < 1 && !ended };
    } catch (error) {
      // A step that is lost with another process has changed nothing.
      if (isPeersLost(error) && checkpoints.hasNews) await checkpoints.save();
      throw error;
    }
  }, endings);
}
