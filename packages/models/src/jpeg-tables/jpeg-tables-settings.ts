import { roundings } from '@sandwich/codec-proxy';
import type { Subsampling } from '@sandwich/codecs';
import { checkPhotographSettings, photographSettings } from '@sandwich/data';
import { checkNumbers, type TrainingSettings } from '@sandwich/trainer';
import { checkWords } from '../training/check-words.js';
import { perturbationSettings } from './perturbed-tables.js';
import { tableRates } from './table-rates.js';

/** Settings that every experiment with quantisation tables has; an experiment may give them other defaults. */
export const jpegTablesDefaults = {
  /** How steps are kept: log or linear. */
  scale: 'log' as 'log' | 'linear',
  /** 4:4:4, 4:2:2 or 4:2:0. */
  subsampling: '4:4:4' as Subsampling,
  /** Tables from which training starts: ramp, flat or annex-k. */
  initial: 'ramp' as 'ramp' | 'flat' | 'annex-k',
  /** The step of initial tables that are flat, or at DC of a ramp. */
  step: 16,
  /** The quality of Annex K's tables as initial ones. */
  quality: 50,
  /** Weight of rate in bits against distortion, in units of the distortions' sum. */
  gamma: 50,
  /** How bits are estimated: marginal, geometric, gaussian, rounded or unrounded; see `tableRates`. */
  rate: 'marginal' as keyof typeof tableRates,
  /** A name in `roundings`, whose gradient coefficients get. */
  rounding: 'largeSte',
  /**
   * How distortions find their gradient: through the rounding by the gradient of `rounding`, projected, or by perturbation of the tables, for
   * distortions such as LPIPS to which those are no guide (`perturbationGradient`).
   */
  gradient: 'rounding' as 'rounding' | 'projected' | 'perturbation',
  ...perturbationSettings,
};

/** The settings of quantisation tables, of their photographs and of their training. */
export type JpegTablesSettings = typeof jpegTablesDefaults & typeof photographSettings & TrainingSettings;

/** What every experiment with quantisation tables has besides the settings of the trainer. */
export const commonTableSettings = { ...photographSettings, ...jpegTablesDefaults };

/** @throws Error for a setting that is out of range, naming it and its value */
export function checkJpegTablesSettings(settings: JpegTablesSettings): void {
  checkPhotographSettings(settings);
  checkNumbers(settings, {
    notNegative: ['gamma'],
    positive: ['step', 'quality', 'radius', 'pairs'],
    integer: ['pairs'],
  });
  if (settings.bitDepth !== 8) throw new Error(`bitDepth must be 8, as of JPEG files, got ${settings.bitDepth}`);
  checkWords(settings, {
    initial: ['ramp', 'flat', 'annex-k'],
    rate: Object.keys(tableRates),
    rounding: Object.keys(roundings),
    gradient: ['rounding', 'projected', 'perturbation'],
  });
}
