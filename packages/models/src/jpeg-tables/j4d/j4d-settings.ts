import { checkLabelledSettings, labelledSettings } from '@sandwich/data';
import { checkNumbers, type TrainingSettings } from '@sandwich/trainer';
import { checkWords } from '../../training/check-words.js';
import { perturbationSettings } from '../perturbed-tables.js';
import { softRates } from './soft-rates.js';

/** Settings of tables that are learned for recognition; an experiment may give them other defaults. */
export const j4dDefaults = {
  /** Names of the classifiers that see what is decoded, separated by commas: `resnet20,resnet56` makes tables for both. */
  recognisers: 'resnet20',
  /** Their weights, in the same order; default those in `SANDWICH_DATA`. */
  weights: '',
  /** Weight of the rate in bits a pixel against the loss of recognition in nats. */
  lambda: 0.1,
  /**
   * How bits are estimated: entropy, as in J4D, geometric, marginal, run-length, as in AutoJPEG, or densities that are learned beside the tables, as in Luo et
   * al.; see `softRates`.
   */
  rate: 'entropy' as keyof typeof softRates,
  /** What stands for rounding: soft, the soft quantiser of J4D, cubic, as in Luo et al., or tanh, as in AutoJPEG. */
  rounding: 'soft' as 'soft' | 'cubic' | 'tanh',
  /**
   * How what the classifiers lose finds its gradient: through the rounding, or by perturbation of the tables, where errors are so large that the
   * former does not lead anywhere (`perturbationGradient`). That of the rate is the former's.
   */
  gradient: 'rounding' as 'rounding' | 'perturbation',
  ...perturbationSettings,
  pairs: 8,
  /** What the classifier should say of a decoded picture: `scores`, what it says of the picture itself, or the `labels`. */
  target: 'scores' as 'scores' | 'labels',
  /** Weight of the mean squared error, in squared gray levels, for tables that are for the eye, too. */
  mse: 0,
  /** Tables from which training starts: sensitivity, abs-avg (the mean magnitudes of coefficients, as in JPEG-DL), flat, ramp or annex-k. */
  initial: 'sensitivity' as 'sensitivity' | 'abs-avg' | 'flat' | 'ramp' | 'annex-k',
  /** The step of flat tables, that at DC of a ramp, or the geometric mean of those by sensitivity. */
  step: 20,
  /** The quality of Annex K's tables as initial ones. */
  quality: 50,
  /** What `sandwich table-sensitivity` wrote. */
  sensitivities: '',
  /** Steps by sensitivity are proportional to its power of minus this: 0.5 where errors are small, 1 as published. */
  exponent: 0.5,
  /** How steps are kept: log or linear. */
  scale: 'log' as 'log' | 'linear',
  /** Hardness of the soft quantiser in units of the squared step, at the start. */
  hardness: 4,
  /** The same at the end; it changes geometrically. */
  finalHardness: 4,
  /** Hardness in units of squared coefficients, the same for all steps, in place of both; J4D has 100; 0 for none. */
  alpha: 0,
  /**
   * What the classifier sees while training: rounded levels, hard, with the gradient of the soft quantiser, or its mean, soft, which at hardness 4 hides
   * most of what files lose: ResNet-20 knew 90 % of what it knew 73 % of in files.
   */
  forward: 'hard' as 'soft' | 'hard',
  /** Levels between which the soft quantiser averages: nearest5 or all. */
  support: 'nearest5' as 'nearest5' | 'all',
  /** Bits of a level; JPEG-DL has 8 on small pictures. */
  bits: 11,
  /** Whether the window of levels ends early at the top, as in JPEG-DL's code. */
  jpegDlWindow: false,
  /** Parts into which the pictures are split by turns, so that tables can be judged on pictures that they never saw: 1 for none. */
  folds: 1,
  /** The part that is left out of the training, from 0. */
  fold: 0,
  /** Labelled pictures that are trained on besides, all of them. */
  more: '',
};

/** The settings of tables for recognition, of their pictures and of their training. */
export type J4dSettings = typeof j4dDefaults & typeof labelledSettings & TrainingSettings;

/** What every experiment with tables for recognition has besides the settings of the trainer. */
export const commonJ4dSettings = { ...labelledSettings, ...j4dDefaults };

/** @throws Error for a setting that is out of range, naming it and its value */
export function checkJ4dSettings(settings: J4dSettings): void {
  checkLabelledSettings(settings);
  checkNumbers(settings, {
    positive: ['step', 'quality', 'hardness', 'finalHardness', 'folds', 'exponent', 'pairs', 'radius'],
    notNegative: ['lambda', 'mse', 'alpha', 'fold'],
    integer: ['bits', 'folds', 'fold', 'pairs'],
  });
  checkWords(settings, {
    forward: ['soft', 'hard'],
    rate: Object.keys(softRates),
    rounding: ['soft', 'cubic', 'tanh'],
    gradient: ['rounding', 'perturbation'],
    target: ['scores', 'labels'],
    initial: ['sensitivity', 'abs-avg', 'flat', 'ramp', 'annex-k'],
    scale: ['log', 'linear'],
    support: ['nearest5', 'all'],
  });
  const { fold, folds, initial, sensitivities } = settings;
  if (folds > 1 && fold >= folds) throw new Error(`fold must be less than folds=${folds}, got ${fold}`);
  if ((initial === 'sensitivity' || initial === 'abs-avg') && sensitivities === '') {
    throw new Error(
      `initial=${initial} needs the file of sensitivities: --set sensitivities=FILE, which \`sandwich table-sensitivity\` writes`,
    );
  }
}
