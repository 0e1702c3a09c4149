import { roundings } from '@sandwich/codec-proxy';
import { checkPhotographSettings, photographSettings } from '@sandwich/data';
import { checkNumbers, type TrainingSettings } from '@sandwich/trainer';
import { checkWords } from '../../training/check-words.js';
import { tableScales } from '../jpeg-tables.js';
import { perturbationSettings } from '../perturbed-tables.js';
import { attentionNetworks } from './attention.js';
import { type LearnedRate, learnedRates } from './learned-rates.js';

/** Settings of LearnedJPEG; the defaults are those of the published training. */
export const learnedJpegSettings = {
  ...photographSettings,
  cropSize: 256,
  learningRate: 1e-4,
  /** Weight of the distortions: of the squared error in squared gray levels and, times `lpipsWeight`, of LPIPS by AlexNet. */
  lambda: 0.01,
  lpipsWeight: 0,
  /** Weight of the sum of 1 / step over both tables, by which steps grow where no bits are counted. */
  tableRegularizer: 0,
  /** Weight of the mean of the attention's factors. */
  attentionRegularizer: 1,
  /** What bits per pixel weigh: 0 as published, where only the regularisers make files smaller. */
  rateWeight: 0,
  /** How bits are estimated: marginal, unrounded, geometric or gaussian. */
  rate: 'marginal' as LearnedRate,
  /** A name in `roundings`, whose gradient coefficients get. */
  rounding: 'cubicSte',
  /** rounding or projected: how gradients pass the rounding; or perturbation of the tables, which finds that of the distortions (see `perturbationGradient`). */
  gradient: 'rounding' as 'rounding' | 'projected' | 'perturbation',
  ...perturbationSettings,
  /** The learning rate is multiplied by this every 10,000 steps. */
  learningRateDecay: 1,
  /** none, or the attention network: vgg19 as published, or small. */
  attention: 'none' as 'none' | 'vgg19' | 'small',
  /** Weights with which VGG19 begins: a .safetensors file that data/make-vgg19-weights.py has made, or the .h5 file of Keras; none if empty. */
  vggWeights: '',
  /** pixels or coefficients: what smoothing makes, pictures for any codec or levels of JPEG. */
  smoothing: 'pixels' as 'pixels' | 'coefficients',
  /** Tables from which training starts: published, ramp, flat, annex-k, or a tables.json that `export` wrote. */
  initial: 'published',
  /** The step of initial tables that are flat, or at DC of a ramp. */
  step: 16,
  /** The quality of Annex K's tables as initial ones. */
  quality: 50,
  /** How steps are kept: 1e-5 of them as published, log or linear. */
  scale: '1e-5' as (typeof tableScales)[number],
  /** Whether the tables learn; else only the attention does. */
  learnTables: true,
  /** Learning rate of the tables; 0 that of everything. */
  tableLearningRate: 0,
  /** All steps are multiplied, in each training step, by a factor s of 1 / so much to so much, and `lambda` by s to the power of -stepSpreadPower. */
  stepSpread: 1,
  /** 2 for squared error, whose slope over bits grows with the square of the steps; about 1 for LPIPS. */
  stepSpreadPower: 2,
  /** The published evaluation writes the luma table transposed. */
  transposedLuma: false,
  /** The published evaluation judges pictures of steps that are not rounded. */
  unroundedTables: false,
  /** The published evaluation counts the bits of decoded pictures that are compressed again. */
  recompressedBits: false,
};

/** Settings of LearnedJPEG, of its photographs and of its training. */
export type LearnedJpegSettings = typeof learnedJpegSettings & TrainingSettings;

/** @throws Error for a setting that is out of range, naming it and its value */
export function checkLearnedJpegSettings(settings: LearnedJpegSettings): void {
  checkPhotographSettings(settings);
  checkNumbers(settings, {
    notNegative: [
      'lpipsWeight',
      'tableRegularizer',
      'attentionRegularizer',
      'rateWeight',
      'tableLearningRate',
      'stepSpreadPower',
    ],
    positive: ['lambda', 'step', 'quality', 'learningRateDecay', 'pairs', 'radius'],
    integer: ['pairs'],
  });
  const { cropSize, bitDepth, stepSpread, attention, learnTables, gradient } = settings;
  if (cropSize % 8 !== 0) throw new Error(`cropSize must be a multiple of 8, got ${cropSize}`);
  if (bitDepth !== 8) throw new Error(`bitDepth must be 8, as of JPEG files, got ${bitDepth}`);
  if (!(stepSpread >= 1 && stepSpread <= 16)) throw new Error(`stepSpread must be 1 to 16, got ${stepSpread}`);
  if (!learnTables && attention === 'none')
    throw new Error('learnTables=false leaves nothing to be trained without attention: set attention, or leave it out');
  if (gradient === 'perturbation' && attention !== 'none')
    throw new Error(`gradient=perturbation moves tables, to which attention=none belongs, got ${attention}`);
  checkWords(settings, {
    attention: ['none', ...attentionNetworks],
    smoothing: ['pixels', 'coefficients'],
    scale: tableScales,
    rate: learnedRates,
    rounding: Object.keys(roundings),
    gradient: ['rounding', 'projected', 'perturbation'],
  });
}
