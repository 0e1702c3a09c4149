import { setImmediate } from 'node:timers/promises';
import type { Crops, ImageDataset } from '@sandwich/data';
import { canRecord, tf } from '@sandwich/engine';
import type { Sandwich } from '@sandwich/models';
import { largestSample } from '@sandwich/pictures';
import { withAveragedWeights } from './averaged-weights.js';
import { batchImages } from './batch-images.js';
import { type Budget, spent } from './budget.js';
import {
  type Checkpoint,
  initialState,
  restoreParameters,
  restoreTrainingState,
  type TrainingState,
} from './checkpoint.js';
import type { LoadedDistortions } from './distortions.js';
import { alone, isLoss, type TrainingGroup } from './distributed/training-group.js';
import type { TrainingSettings } from './experiment.js';
import { learningRateFactor } from './learning-rate.js';
import { adam } from './optimizers/adam.js';
import { average } from './optimizers/average.js';
import { chain } from './optimizers/chain.js';
import { clipByNorm } from './optimizers/clip-by-norm.js';
import type { Optimizer } from './optimizers/optimizer.js';
import { reasonOf } from './reason-of.js';
import { BatchReader } from './run/batch-reader.js';
import { CheckpointKeeper } from './run/checkpoint-keeper.js';
import { StepProfile } from './run/step-profile.js';
import { type CheckpointPolicy, listCheckpoints, type RunConfiguration } from './run-directory.js';
import type { RunLog } from './run-log.js';
import { computeLoss } from './step/compute-gradients.js';
import { meanOf, type StepMetrics } from './step/metrics.js';
import { sandwichObjective } from './step/sandwich-objective.js';
import { sandwichStatus } from './step/sandwich-status.js';
import { stagePictures } from './step/stage-pictures.js';
import { TrainingStep } from './step/training-step.js';

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

const STEPS_BETWEEN_RECORDS = 10;
/** Pictures of the stages are written at the first step and after every so many. */
export const STEPS_BETWEEN_IMAGES = 250;

const learningRateAt = (settings: TrainingSettings, step: number, progress: number): number =>
  settings.learningRate * learningRateFactor(settings, step, progress);

/** Adam at the scheduled rate, of gradients that are clipped where the settings say so. */
function optimizerOf(settings: TrainingSettings): Optimizer {
  const { clipNorm } = settings;
  const optimizer = adam({ learningRate: (step, progress) => learningRateAt(settings, step, progress) });
  return clipNorm > 0 ? chain(clipByNorm(clipNorm), optimizer) : optimizer;
}

/** An error of a step with all that helps to find its cause. */
async function stepError(error: unknown, step: number, batches: readonly Crops[], directory: string): Promise<Error> {
  const files = new Set(batches.flatMap((batch) => batch.files));
  return new Error(
    `step ${step} failed: ${reasonOf(error)}; its batch was made of ${[...files].join(', ')}; ` +
      `the last good checkpoint is ${(await listCheckpoints(directory)).at(-1) ?? 'none'}`,
    { cause: error },
  );
}

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
  const { model, settings, dataset, validation, budget, directory, log, resume, distortions, group = alone } = options;
  const { averageDecay, seed } = settings;
  const { parameters } = model;
  const peak = largestSample(settings.bitDepth);
  if (budget.steps === undefined && budget.minutes === undefined) {
    throw new Error('train: the budget names neither steps nor minutes, training would never end');
  }
  if (resume) restoreParameters(parameters, resume.parameters);
  const state: TrainingState = resume ? restoreTrainingState(resume) : initialState();
  const objective = sandwichObjective({ model, settings, distortions });
  const steps = new TrainingStep({
    objective,
    optimizer: optimizerOf(settings),
    averaging: averageDecay > 0 ? average(averageDecay) : undefined,
    state,
    group,
    seed,
    record: !options.profile && (options.record ?? canRecord()),
    onRefusal: (reason) => process.stderr.write(`steps are not replayed: ${reason}\n`),
  });
  const validate = async (images: tf.Tensor4D) => {
    const loss = { ...settings, distortions, codec: objective.phaseAt(state.step, 0).codec };
    const value = await withAveragedWeights(parameters, state.average, () => computeLoss(model, images, loss));
    log?.validation(state.step, value);
    return value;
  };
  const checkpoints = new CheckpointKeeper({
    directory,
    policy: options.checkpoints,
    parameters,
    state,
    configuration: options.configuration,
    resume,
    writes: group.rank === 0,
    validate: validation && (() => validate(validation)),
  });
  const reader = new BatchReader(dataset, settings.batchSize);
  const profile = options.profile
    ? new StepProfile((budget.steps ?? Number.POSITIVE_INFINITY) - state.step)
    : undefined;
  const started = performance.now() - 1000 * state.seconds;
  const agree = () => group.agree({ seconds: state.seconds, stop: options.stop?.aborted ?? false });

  const takeStep = async (batches: Crops[], progress: number): Promise<StepMetrics> => {
    const take = () =>
      steps.take(
        batches.map((batch) => () => ({ images: batchImages(batch, settings) })),
        progress,
      );
    try {
      return profile ? await profile.during(state.step + 1, take) : await take();
    } catch (error) {
      throw isLoss(error) ? error : await stepError(error, state.step + 1, batches, directory);
    }
  };

  try {
    let { seconds, stop } = await agree();
    let progress = spent(budget, { step: state.step, seconds });
    while (progress < 1 && !stop) {
      const batches = await reader.next(settings.accumulate);
      const learningRate = learningRateAt(settings, state.step, progress);
      const metrics = await takeStep(batches, progress);
      state.step++;
      state.seconds = (performance.now() - started) / 1000;
      state.sinceRecord.push(metrics);
      checkpoints.noteLoss(metrics.loss);
      ({ seconds, stop } = await agree());
      progress = Math.min(spent(budget, { step: state.step, seconds }), 1);
      if (state.step % STEPS_BETWEEN_RECORDS === 0 || progress === 1) {
        const taken = state.sinceRecord.splice(0);
        const mean = meanOf(taken);
        const { psnr, phrases } = sandwichStatus(mean, peak);
        log?.record(
          { step: state.step, seconds: state.seconds, fraction: progress },
          { ...mean, psnr, ...model.proxy.status?.(), learningRate },
          {
            steps: taken.length,
            secondsWaited: reader.takeWaited(),
            status: phrases,
          },
        );
      }
      if (log && (state.step === 1 || state.step % STEPS_BETWEEN_IMAGES === 0)) {
        const images = batchImages(batches[0], settings);
        try {
          await log.pictures(state.step, stagePictures(model, images, peak));
        } finally {
          images.dispose();
        }
      }
      if (checkpoints.isDue) await checkpoints.save();
      // A CPU step blocks the event loop: decoding, writing and signals have their turn here.
      await setImmediate();
    }
    profile?.end();
    const checkpoint = await checkpoints.save();
    await agree(); // that the first process has saved
    return { checkpoint, step: state.step, stopped: progress < 1 };
  } catch (error) {
    // A step that is lost with another process has changed nothing.
    if (isLoss(error) && checkpoints.hasNews) await checkpoints.save();
    throw error;
  } finally {
    steps.dispose();
    tf.dispose([Object.values(state.optimizer).map((slot) => slot.tensors), state.average]);
  }
}
