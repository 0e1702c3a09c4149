import { setImmediate } from 'node:timers/promises';
import { tf } from '@sandwich/engine';
import type { Sandwich } from '@sandwich/models';
import { adam } from './adam.js';
import {
  type Checkpoint,
  restoreParameters,
  restoreTrainingState,
  saveCheckpoint,
  type TrainingState,
} from './checkpoint.js';
import type { ImageDataset } from './dataset/image-dataset.js';
import type { TrainingSettings } from './experiment.js';
import type { Gradients } from './optimizer.js';
import { checkpointFile, listCheckpoints, type RunConfiguration } from './run-directory.js';
import type { RunLog } from './run-log.js';
import { computeGradients, type StepMetrics } from './train-step.js';

/** When training ends, whichever comes first; time and steps of earlier sittings of a resumed run count. */
export interface Budget {
  steps?: number;
  minutes?: number;
}

export interface TrainOptions {
  model: Sandwich;
  settings: TrainingSettings;
  /** Opened at the batch that follows the checkpoint's step. */
  dataset: ImageDataset;
  budget: Budget;
  /** Run directory, made already. */
  directory: string;
  configuration: RunConfiguration;
  log: RunLog;
  /** Where to go on; its weights and optimizer replace the model's. */
  resume?: Checkpoint;
}

/** Often enough to lose little, seldom enough to cost nothing. */
const SECONDS_BETWEEN_CHECKPOINTS = 120;
const STEPS_BETWEEN_RECORDS = 10;
const STEPS_BETWEEN_IMAGES = 250;

/** The share of a budget that is spent; 1 or more when it is used up. */
function spent({ steps, minutes }: Budget, { step, seconds }: TrainingState): number {
  return Math.max(steps === undefined ? 0 : step / steps, minutes === undefined ? 0 : seconds / (60 * minutes));
}

const qstepOf = (model: Sandwich): number => tf.tidy(() => model.proxy.qstep().dataSync()[0]);

/**
 * Trains until the budget is spent, writing records, images and checkpoints into the run directory.
 *
 * @returns the last checkpoint's file and the number of steps done
 * @throws Error when the budget names neither steps nor minutes; or when a step fails or its loss is not finite, naming
 * the step, the files of the batch and the last good checkpoint.
 */
export async function train(options: TrainOptions): Promise<{ checkpoint: string; step: number }> {
  const { model, settings, dataset, budget, directory, configuration, log, resume } = options;
  if (budget.steps === undefined && budget.minutes === undefined) {
    throw new Error('train: the budget names neither steps nor minutes, training would never end');
  }
  const { batchSize, cropSize, gamma, rangePenalty, stepsWithoutCodec } = settings;
  const optimizer = adam({ learningRate: settings.learningRate });
  if (resume) restoreParameters(model.parameters, resume);
  const state: TrainingState = resume ? restoreTrainingState(resume) : { step: 0, seconds: 0, optimizer: {} };

  let savedAt = state.seconds;
  const save = async () => {
    const file = checkpointFile(directory, state.step);
    await saveCheckpoint(file, model.parameters, state, configuration);
    savedAt = state.seconds;
    return file;
  };
  const takeStep = async (images: tf.Tensor4D, files: string[]): Promise<StepMetrics> => {
    const codec = state.step >= stepsWithoutCodec;
    let gradients: Gradients = {};
    try {
      const result = computeGradients(model, images, { gamma, rangePenalty, codec });
      gradients = result.gradients;
      if (!Number.isFinite(result.metrics.loss)) throw new Error(`the loss is ${result.metrics.loss}`);
      state.optimizer = optimizer.update(model.parameters, gradients, state.optimizer);
      return result.metrics;
    } catch (error) {
      throw new Error(
        `step ${state.step + 1} failed: ${(error as Error).message}; its batch was made of ${[...new Set(files)].join(', ')}; ` +
          `the last good checkpoint is ${(await listCheckpoints(directory)).at(-1) ?? 'none'}`,
        { cause: error },
      );
    } finally {
      tf.dispose(gradients);
    }
  };
  const started = performance.now() - 1000 * state.seconds;
  const sinceRecord: StepMetrics[] = [];

  try {
    while (spent(budget, state) < 1) {
      const { pixels, files } = await dataset.nextBatch(batchSize);
      const images = tf.tensor4d(pixels, [batchSize, cropSize, cropSize, 3]);
      try {
        sinceRecord.push(await takeStep(images, files));
        state.step++;
        state.seconds = (performance.now() - started) / 1000;
        const fraction = Math.min(spent(budget, state), 1);
        if (state.step % STEPS_BETWEEN_RECORDS === 0 || fraction === 1) {
          log.record({ step: state.step, seconds: state.seconds, fraction }, sinceRecord.splice(0), qstepOf(model));
        }
        if (state.step % STEPS_BETWEEN_IMAGES === 0) await log.images(state.step, model, images);
      } finally {
        images.dispose();
      }
      if (state.seconds - savedAt > SECONDS_BETWEEN_CHECKPOINTS) await save();
      // A CPU step blocks the event loop: decoding, writing and signals have their turn here.
      await setImmediate();
    }
    return { checkpoint: await save(), step: state.step };
  } finally {
    tf.dispose(Object.values(state.optimizer).map((slot) => slot.tensors));
  }
}
