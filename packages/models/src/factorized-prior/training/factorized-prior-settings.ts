import { checkPhotographSettings, photographSettings } from '@sandwich/data';
import { checkNumbers, type TrainingSettings } from '@sandwich/trainer';
import { factorizedPriorDefaults } from '../architecture.js';
import { LATENT_STRIDE } from '../network/layers.js';

/** Settings of a factorised-prior codec and their defaults, those of CompressAI's training. */
export const factorizedPriorSettings = {
  ...photographSettings,
  batchSize: 16,
  cropSize: 256,
  learningRate: 1e-4,
  /** Weight of the mean squared error, of samples in [0, 255], against bits per pixel: lambda 255^2 of CompressAI, whose samples are in [0, 1]. */
  lambda: 0.013,
  /** Learning rate of the bottleneck's quantiles in units of that of all else. */
  auxiliaryRate: 10,
  /** Channels between the convolutions: N of CompressAI. */
  features: factorizedPriorDefaults.features,
  /** Channels of the latent: M of CompressAI. */
  latentChannels: factorizedPriorDefaults.latentChannels,
};

/** Settings of a factorised-prior codec, of its photographs and of its training. */
export type FactorizedPriorSettings = typeof factorizedPriorSettings & TrainingSettings;

/** @throws Error for a setting that is out of range, naming it and its value */
export function checkFactorizedPriorSettings(settings: FactorizedPriorSettings): void {
  checkPhotographSettings(settings);
  checkNumbers(settings, { positive: ['lambda', 'auxiliaryRate'] });
  const { cropSize, reduce, bitDepth } = settings;
  if (cropSize % LATENT_STRIDE !== 0)
    throw new Error(`cropSize must be a multiple of ${LATENT_STRIDE}, got ${cropSize}`);
  if (reduce !== 1) throw new Error(`reduce must be 1 for a factorised prior, got ${reduce}`);
  if (bitDepth !== 8) throw new Error(`bitDepth must be 8 for a factorised prior, got ${bitDepth}`);
}
