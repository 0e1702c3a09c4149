import { roundings } from '@sandwich/codec-proxy';
import { checkPhotographSettings, photographSettings } from '@sandwich/data';
import { SMALLEST_MS_SSIM } from '@sandwich/losses';
import { checkNumbers, type TrainingSettings } from '@sandwich/trainer';
import { type LearnedRate, learnedRates } from '../jpeg-tables/ljpeg/learned-rates.js';
import { checkWords } from '../training/check-words.js';
import { preEditorDefaults } from './pre-editor.js';

/** Settings of deep pre-editing; the defaults are those of the published training, except for batch normalisation. */
export const preEditorSettings = {
  ...photographSettings,
  cropSize: 256,
  learningRate: 1e-5,
  /**
   * Weight of the distortions against bits per pixel: of the squared error in squared gray levels and, times weights of their own, of LPIPS by AlexNet
   * and of 1 minus MS-SSIM.
   */
  lambda: 0.05,
  lpipsWeight: 0,
  msSsimWeight: 0,
  /** `lambda` is multiplied by the factor on Annex K's tables, 1 at quality 50, to the power of minus this. */
  stepPower: 0,
  /** How bits are estimated: by the bottleneck, as published, or marginal, unrounded, geometric or gaussian. */
  rate: 'bottleneck' as 'bottleneck' | LearnedRate,
  /** Learning rate of the bottleneck's quantiles in units of that of all else. */
  auxiliaryRate: 10,
  /** The learning rate is multiplied by this every 10,000 steps. */
  learningRateDecay: 1,
  /** Qualities of Annex K's tables between which that of a step is drawn. */
  leastQuality: 8,
  mostQuality: 25,
  /** Largest deviation of the noise that is added to pictures in [0, 1]; that of a step is drawn up to it. */
  noise: 0.15,
  /** A name in `roundings`, whose gradient coefficients get. */
  rounding: 'cubicSte',
  /** rounding or projected: how gradients pass the rounding. */
  gradient: 'rounding' as 'rounding' | 'projected',
  /** Channels of the network's middle. */
  features: preEditorDefaults.features,
  /** batch or inference: the published code never normalises by the batch. */
  batchNorm: preEditorDefaults.batchNorm,
  /** Whether the network makes the change of a picture, beginning with none. */
  globalSkip: preEditorDefaults.globalSkip,
};

/** Settings of deep pre-editing, of its photographs and of its training. */
export type PreEditorSettings = typeof preEditorSettings & TrainingSettings;

/** @throws Error for a setting that is out of range, naming it and its value */
export function checkPreEditorSettings(settings: PreEditorSettings): void {
  checkPhotographSettings(settings);
  checkNumbers(settings, {
    positive: ['lambda', 'auxiliaryRate', 'learningRateDecay', 'leastQuality', 'features'],
    notNegative: ['noise', 'lpipsWeight', 'msSsimWeight', 'stepPower'],
    integer: ['features'],
  });
  const { leastQuality, mostQuality, reduce, bitDepth, cropSize, msSsimWeight } = settings;
  if (!(mostQuality >= leastQuality && mostQuality <= 100))
    throw new Error(`mostQuality must be leastQuality, ${leastQuality}, to 100, got ${mostQuality}`);
  if (msSsimWeight > 0 && cropSize < SMALLEST_MS_SSIM)
    throw new Error(`cropSize must be at least ${SMALLEST_MS_SSIM} for MS-SSIM, got ${cropSize}`);
  if (cropSize % 8 !== 0) throw new Error(`cropSize must be a multiple of 8, got ${cropSize}`);
  if (reduce !== 1) throw new Error(`reduce must be 1 for pre-editing, got ${reduce}`);
  if (bitDepth !== 8) throw new Error(`bitDepth must be 8, as of JPEG files, got ${bitDepth}`);
  checkWords(settings, {
    batchNorm: ['batch', 'inference'],
    rounding: Object.keys(roundings),
    gradient: ['rounding', 'projected'],
    rate: ['bottleneck', ...learnedRates],
  });
}
