import { checkPhotographSettings, type Light, type PhotographSettings, photographSettings } from '@sandwich/data';
import { checkNumbers, type TrainingSettings } from '@sandwich/trainer';

/** Settings of a sandwich that every experiment with one has; an experiment may give them other defaults. */
export const sandwichDefaults = {
  /** Weight of rate in bits against distortion in squared gray levels: the published image models use 50. */
  gamma: 50,
  /** The quantiser step of each training step is the trained one times 1/qstepSpread to qstepSpread: one network for many rates; 1 for one. */
  qstepSpread: 1,
  /** What the networks are told: none, or step, the quantiser step of each training step, so that one network serves all rates. */
  conditionOn: 'none',
  /**
   * The images of each training step are brightened by a factor of 1 to this, evenly over its logarithm, and clipped: photographs of standard range fill
   * a sixteenth of linear light. Default 1.
   */
  exposures: 1,
  /** First steps trained without the codec and its rate, so that the networks learn to carry before they learn to save. */
  stepsWithoutCodec: 0,
  /** Whether to penalise bottlenecks outside of [0, 255], as the published loss does. */
  rangePenalty: true,
  /** What is trained: all, or post, what lies behind the codec alone; pre-processor and quantiser step stay as they began. */
  train: 'all',
  /** Fraction of the training with pointwise networks only; then the post-processor's U-Net joins. */
  mlpsOnly: 0,
  /** Fraction of the training after which the pre-processor's U-Net joins, too. */
  mlpsAndPost: 0,
};

/** The settings of a sandwich, of its photographs and of its training; see `sandwichDefaults`, `photographSettings`, `trainingDefaults`. */
export type SandwichSettings = typeof sandwichDefaults &
  PhotographSettings &
  TrainingSettings & {
    /** What samples of photographs encode, default `display`: an experiment may have such a setting. */
    light?: Light;
  };

/** What every experiment with a sandwich has besides the settings of the trainer. */
export const commonSettings = { ...photographSettings, ...sandwichDefaults };

/** @throws Error for a setting that is out of range, naming it and its value */
export function checkSandwichSettings(settings: SandwichSettings): void {
  checkPhotographSettings(settings);
  checkNumbers(settings, {
    notNegative: ['gamma', 'stepsWithoutCodec'],
    integer: ['stepsWithoutCodec'],
    fraction: ['mlpsOnly', 'mlpsAndPost'],
  });
  const { conditionOn, train } = settings;
  if (train !== 'all' && train !== 'post') throw new Error(`train must be all or post, got '${train}'`);
  if (conditionOn !== 'none' && conditionOn !== 'step') {
    throw new Error(`conditionOn must be none or step, got '${conditionOn}'`);
  }
  if (!(settings.exposures >= 1)) throw new Error(`exposures must be at least 1, got ${settings.exposures}`);
  if (!(settings.qstepSpread >= 1)) throw new Error(`qstepSpread must be at least 1, got ${settings.qstepSpread}`);
}
