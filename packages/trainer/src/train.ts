import { setImmediate } from 'node:timers/promises';
import { kernelProfile, printKernelProfile, startKernelProfile, stopKernelProfile, tf } from '@sandwich/engine';
import { type Sandwich, scheduledConfiguration } from '@sandwich/models';
import { adam } from './adam.js';
import { batchImages } from './batch-images.js';
import { type Budget, spent } from './budget.js';
import {
  type Checkpoint,
  initialState,
  restoreParameters,
  restoreTrainingState,
  saveCheckpoint,
  type TrainingState,
} from './checkpoint.js';
import type { Batch, ImageDataset } from './dataset/image-dataset.js';
import type { LoadedDistortions } from './distortions.js';
import { alone, isLoss, type TrainingGroup } from './distributed/training-group.js';
import type { TrainingSettings } from './experiment.js';
import { addGradients, clipGradients, scaleGradients } from './gradients.js';
import { learningRateFactor } from './learning-rate.js';
import type { Gradients } from './optimizer.js';
import { qstepFactorAt } from './qstep-factor.js';
import { reasonOf } from './reason-of.js';
import { ReplayedSteps } from './replayed-steps.js';
import {
  type CheckpointPolicy,
  checkpointFile,
  listCheckpoints,
  pruneCheckpoints,
  type RunConfiguration,
} from './run-directory.js';
import type { RunLog } from './run-log.js';
import { computeGradients, computeLoss, meanOf, type StepMetrics, type StepOptions } from './train-step.js';
import { updateWeightAverage, withAveragedWeights } from './weight-average.js';

/** Options of `train`. */
export interface TrainOptions {
  model: Sandwich;
  settings: TrainingSettings;
  /** What is traded against the rate; default the squared error. */
  distortions?: LoadedDistortions['terms'];
  /** Opened at the batch that follows the checkpoint's step. */
  dataset: Pick<ImageDataset, 'nextBatch'>;
  /** Images, [B, H, W, 3]: the best checkpoint is the one with the smallest loss on these; default the mean loss of training. */
  validation?: tf.Tensor4D;
  budget: Budget;
  checkpoints: CheckpointPolicy;
  /** Run directory, made already. */
  directory: string;
  configuration: RunConfiguration;
  /** Absent in all but the first of several processes. */
  log?: RunLog;
  /** Those that train together, each on its share of the batches; the first one writes. Default this one alone. */
  group?: TrainingGroup;
  /** Where to go on; its weights and optimizer replace the model's. */
  resume?: Checkpoint;
  /** Prints the kernels of one step: calls, time and bytes. */
  profile?: boolean;
  /** Steps are recorded and replayed (`recordStep`) where they can be; else a line on standard error says why not. */
  replay?: boolean;
  /** Ends training after the step under way; a checkpoint is saved. */
  stop?: AbortSignal;
}

/** Often enough to lose little, seldom enough to cost nothing. */
const SECONDS_BETWEEN_CHECKPOINTS = 120;
const STEPS_BETWEEN_RECORDS = 10;
/** Pictures of the stages are written at the first step and after every so many. */
export const STEPS_BETWEEN_IMAGES = 250;
/** Steps of a sitting that warm up before one is profiled, where there are so many. */
const STEPS_BEFORE_PROFILE = 4;

/**
 * Trains until the budget is spent, writing records, images and checkpoints into the run directory.
 *
 * Everything that a step depends on is in the checkpoint: a run that is resumed computes what it would have computed,
 * bit for bit on a CPU with the same number of threads, when its budget is in steps. (A schedule over minutes depends on
 * the clock.)
 *
 * @returns the last checkpoint's file, the number of steps done, and whether training was stopped before its end
 * @throws Error when the budget names neither steps nor minutes; or when a step fails or its loss is not finite, naming
 * the step, the files of the batch and the last good checkpoint.
 * @throws PeersLost when another process of the group is gone; the first one has saved the steps done before
 */
export async function train(options: TrainOptions): Promise<{ checkpoint: string; step: number; stopped: boolean }> {
  const { model, settings, dataset, validation, budget, checkpoints, directory, configuration, log, resume } = options;
  const { batchSize, gamma, rangePenalty, clipNorm, averageDecay, qstepSpread } = settings;
  const { distortions, group = alone } = options;
  if (budget.steps === undefined && budget.minutes === undefined) {
    throw new Error('train: the budget names neither steps nor minutes, training would never end');
  }
  const adamOptions = { learningRate: settings.learningRate };
  const optimizer = adam(adamOptions);
  if (resume) restoreParameters(model.parameters, resume.parameters);
  const state: TrainingState = resume ? restoreTrainingState(resume) : initialState();
  const started = performance.now() - 1000 * state.seconds;
  const stepOptions = (): StepOptions => ({
    gamma,
    rangePenalty,
    distortions,
    codec: state.step >= settings.stepsWithoutCodec,
  });

  const saved = { step: resume?.step, seconds: state.seconds, losses: [] as number[] };
  const save = async () => {
    const file = checkpointFile(directory, state.step);
    if (group.rank > 0 || state.step === saved.step) return file;
    const loss = validation
      ? await withAveragedWeights(model.parameters, state.average, () => computeLoss(model, validation, stepOptions()))
      : saved.losses.reduce((sum, value) => sum + value, 0) / saved.losses.length;
    if (validation) log?.validation(state.step, loss);
    if (loss < (state.best?.loss ?? Number.POSITIVE_INFINITY)) state.best = { step: state.step, loss };
    await saveCheckpoint(file, model.parameters, state, configuration);
    await pruneCheckpoints(directory, checkpoints.keep, state.best?.step);
    Object.assign(saved, { step: state.step, seconds: state.seconds, losses: [] });
    return file;
  };

  const obstacle =
    group.size > 1
      ? 'processes exchange gradients in the middle of each'
      : qstepSpread > 1
        ? 'qstepSpread changes the quantiser step of each'
        : undefined;
  const noReplay = (reason: string) => process.stderr.write(`steps are not replayed: ${reason}\n`);
  if (options.replay && obstacle) noReplay(obstacle);
  const replayed =
    options.replay && !obstacle
      ? new ReplayedSteps({ model, state, adam: adamOptions, clipNorm, averageDecay, onRefusal: noReplay })
      : undefined;

  const replayStep = async (batches: Batch[], rateFactor: number, kind: string): Promise<StepMetrics | null> => {
    if (!replayed) return null;
    const images = batches.map((batch) => batchImages(batch, settings));
    const step = stepOptions();
    try {
      return await replayed.take(images, rateFactor, `${kind} ${step.codec}`, step);
    } finally {
      tf.dispose(images);
    }
  };

  const takeStep = async (batches: Batch[], rateFactor: number, kind: string): Promise<StepMetrics> => {
    let gradients: Gradients = {};
    try {
      const replay = await replayStep(batches, rateFactor, kind);
      if (replay) {
        if (!Number.isFinite(replay.loss)) throw new Error(`the loss is ${replay.loss}`);
        return replay;
      }
      const step = { ...stepOptions(), qstepFactor: qstepFactorAt(state.step, qstepSpread) };
      const metrics = batches.map((batch) => {
        const images = batchImages(batch, settings);
        try {
          const result = computeGradients(model, images, step);
          gradients = addGradients(gradients, result.gradients);
          return result.metrics;
        } finally {
          images.dispose();
        }
      });
      const mean = await group.meanMetrics(meanOf(metrics));
      if (!Number.isFinite(mean.loss)) throw new Error(`the loss is ${mean.loss}`);
      gradients = await group.meanGradients(scaleGradients(gradients, 1 / batches.length));
      if (clipNorm > 0) gradients = clipGradients(gradients, clipNorm);
      state.optimizer = optimizer.update(model.parameters, gradients, state.optimizer, rateFactor);
      if (averageDecay > 0) {
        state.average = updateWeightAverage(state.average, model.parameters, averageDecay, state.step);
      }
      return mean;
    } catch (error) {
      if (isLoss(error)) throw error;
      const files = new Set(batches.flatMap((batch) => batch.files));
      throw new Error(
        `step ${state.step + 1} failed: ${reasonOf(error)}; its batch was made of ${[...files].join(', ')}; ` +
          `the last good checkpoint is ${(await listCheckpoints(directory)).at(-1) ?? 'none'}`,
        { cause: error },
      );
    } finally {
      tf.dispose(gradients);
    }
  };

  let sittingSteps = 0;
  const stepsLeft = budget.steps === undefined ? Number.POSITIVE_INFINITY : budget.steps - state.step;
  const profiledStep = Math.min(STEPS_BEFORE_PROFILE + 1, stepsLeft);
  let waited = 0;
  const nextBatches = async (): Promise<Batch[]> => {
    const begin = performance.now();
    const batches: Batch[] = [];
    while (batches.length < settings.accumulate) batches.push(await dataset.nextBatch(batchSize));
    waited += (performance.now() - begin) / 1000;
    return batches;
  };

  try {
    const agree = () => group.agree({ seconds: state.seconds, stop: options.stop?.aborted ?? false });
    let { seconds, stop } = await agree();
    let fraction = spent(budget, { step: state.step, seconds });
    while (fraction < 1 && !stop) {
      const rateFactor = learningRateFactor(settings, state.step, fraction);
      const networks = scheduledConfiguration(fraction, settings);
      model.setConfiguration(networks);
      const batches = await nextBatches();
      const profiled = options.profile && ++sittingSteps === profiledStep;
      if (profiled) startKernelProfile();
      const metrics = await takeStep(batches, rateFactor, networks);
      state.step++;
      if (profiled) {
        stopKernelProfile();
        printKernelProfile(`kernels of step ${state.step}`);
        if (kernelProfile().length === 0) process.stderr.write('no kernels: only the torch engine is profiled\n');
      }
      state.seconds = (performance.now() - started) / 1000;
      state.sinceRecord.push(metrics);
      saved.losses.push(metrics.loss);
      ({ seconds, stop } = await agree());
      fraction = Math.min(spent(budget, { step: state.step, seconds }), 1);
      if (state.step % STEPS_BETWEEN_RECORDS === 0 || fraction === 1) {
        const learningRate = settings.learningRate * rateFactor;
        log?.record({ step: state.step, seconds: state.seconds, fraction }, state.sinceRecord.splice(0), {
          qstep: model.proxy.qstepValue(),
          learningRate,
          secondsWaited: waited,
        });
        waited = 0;
      }
      if (log && (state.step === 1 || state.step % STEPS_BETWEEN_IMAGES === 0)) {
        const images = batchImages(batches[0], settings);
        await log.images(state.step, model, images).finally(() => images.dispose());
      }
      const { everySteps } = checkpoints;
      const isDue = everySteps
        ? state.step % everySteps === 0
        : state.seconds - saved.seconds > SECONDS_BETWEEN_CHECKPOINTS;
      if (isDue) await save();
      // A CPU step blocks the event loop: decoding, writing and signals have their turn here.
      await setImmediate();
    }
    if (options.profile && sittingSteps < profiledStep) {
      process.stderr.write(
        `no step was profiled: that is step ${profiledStep} of a sitting, and this one had ${sittingSteps}\n`,
      );
    }
    const checkpoint = await save();
    await agree(); // that the first process has saved
    return { checkpoint, step: state.step, stopped: fraction < 1 };
  } catch (error) {
    // A step that is lost with another process has changed nothing.
    if (isLoss(error) && saved.losses.length > 0) await save();
    throw error;
  } finally {
    replayed?.dispose();
    tf.dispose([Object.values(state.optimizer).map((slot) => slot.tensors), state.average]);
  }
}
