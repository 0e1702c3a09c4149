import { learningRateAt, type TrainingSettings } from '@sandwich/trainer';

/** Number of steps after which the learning rate is multiplied by its decay. */
const DECAY_STEPS = 10_000;

/**
 * The learning rate of the settings, which LearnedJPEG multiplies by `learningRateDecay` every 10,000 steps besides.
 *
 * @param learningRate in the place of that of the settings
 */
export const decayingRate =
  (settings: TrainingSettings & { learningRateDecay: number }, learningRate = settings.learningRate) =>
  (step: number, progress: number): number =>
    learningRateAt({ ...settings, learningRate }, step, progress) *
    settings.learningRateDecay ** Math.floor(step / DECAY_STEPS);
