import { totalmem } from 'node:os';
import type { SandwichOptions } from '@sandwich/models';
import type { DistortionMix } from './distortions.js';
import { learningRateSchedules, parseMilestones } from './learning-rate.js';

/** The value of a setting. */
export type Setting = number | string | boolean;
/** Settings by name. */
export type Settings = Record<string, Setting>;

/** Settings that every experiment has; an experiment may give them other defaults. */
export const trainingDefaults = {
  /** Of weights, batches and crops. */
  seed: 1,
  batchSize: 8,
  /** Side of the square crops, pixels: enough for the networks' receptive fields, small enough for two cores. */
  cropSize: 128,
  /** Crops are taken so many times as wide and reduced, which makes sharp images of soft ones; the published training: 2. */
  reduce: 1,
  /** Bits of a sample, 8 to 16: images are in [0, 2^bitDepth - 1]. */
  bitDepth: 8,
  learningRate: 1e-3,
  /** Of the learning rate: constant, cosine (down to `decay` at the end) or step (times `decay` at each milestone). */
  schedule: 'constant',
  /** First steps in which the learning rate rises from nothing. */
  warmupSteps: 0,
  decay: 0.1,
  /** Fractions of the training, for the step schedule. */
  milestones: '0.6,0.85',
  /** Largest norm of all gradients together; 0 leaves them as they are. */
  clipNorm: 0,
  /** Batches whose gradients are averaged for one step: a large batch in the memory of a small one. */
  accumulate: 1,
  /** Of the average of weights that is evaluated in their place, such as 0.999; 0 keeps none. */
  averageDecay: 0,
  /** Fraction of the training with pointwise networks only; then the post-processor's U-Net joins. */
  mlpsOnly: 0,
  /** Fraction of the training after which the pre-processor's U-Net joins, too. */
  mlpsAndPost: 0,
  /** Images held back from training, on which the best checkpoint is chosen; with 0 the training loss chooses. */
  validationImages: 0,
  /** Weight of rate in bits against distortion in squared gray levels: the published image models use 50. */
  gamma: 50,
  /** The quantiser step of each training step is the trained one times 1/qstepSpread to qstepSpread: one network for many rates; 1 for one. */
  qstepSpread: 1,
  /** First steps trained without the codec and its rate, so that the networks learn to carry before they learn to save. */
  stepsWithoutCodec: 0,
  /** Whether to penalise bottlenecks outside of [0, 255], as the published loss does. */
  rangePenalty: true,
};

/** The settings that every experiment has; see `trainingDefaults`. */
export type TrainingSettings = typeof trainingDefaults;

/** What one experiment is; see `defineExperiment`. */
export interface Experiment<S extends Settings = Settings> {
  /** One sentence for `sandwich train --help`. */
  description: string;
  /** The experiment's own settings, and other defaults for the common ones; all can be changed by `--set key=value`. */
  settings: S & Partial<TrainingSettings>;
  /** The networks, the codec proxy between them, and what lies around it. */
  sandwich(settings: S & TrainingSettings): SandwichOptions;
  /** What is traded against the rate; default `{ mse: 1 }`. */
  distortion?(settings: S & TrainingSettings): DistortionMix | Promise<DistortionMix>;
}

/** Gives an experiment file its types. */
export function defineExperiment<S extends Settings>(experiment: Experiment<S>): Experiment<S> {
  return experiment;
}

/** Settings as the `key=value` texts that `resolveSettings` takes. */
export const assignmentsOf = (settings: Settings): string[] =>
  Object.entries(settings).map(([key, value]) => `${key}=${value}`);

function parse(key: string, text: string, like: Setting): Setting {
  if (typeof like === 'number') {
    const number = Number(text);
    if (text.trim() === '' || !Number.isFinite(number)) throw new Error(`--set ${key}=${text}: expected a number`);
    return number;
  }
  if (typeof like === 'boolean') {
    if (text !== 'true' && text !== 'false') throw new Error(`--set ${key}=${text}: expected true or false`);
    return text === 'true';
  }
  return text;
}

function checkTrainingSettings(settings: TrainingSettings): void {
  const counts = ['batchSize', 'cropSize', 'reduce', 'accumulate'] as const;
  const positive = [...counts, 'learningRate'] as const;
  const steps = ['seed', 'stepsWithoutCodec', 'warmupSteps', 'validationImages'] as const;
  const notNegative = [...steps, 'gamma', 'clipNorm'] as const;
  const integer = [...counts, ...steps, 'bitDepth'] as const;
  const fractions = ['decay', 'averageDecay', 'mlpsOnly', 'mlpsAndPost'] as const;
  for (const key of positive)
    if (!(settings[key] > 0)) throw new Error(`${key} must be positive, got ${settings[key]}`);
  for (const key of notNegative)
    if (!(settings[key] >= 0)) throw new Error(`${key} must not be negative, got ${settings[key]}`);
  for (const key of integer) {
    if (!Number.isSafeInteger(settings[key])) throw new Error(`${key} must be an integer, got ${settings[key]}`);
  }
  for (const key of fractions) {
    if (!(settings[key] >= 0 && settings[key] <= 1)) throw new Error(`${key} must be 0 to 1, got ${settings[key]}`);
  }
  if (!(settings.qstepSpread >= 1)) throw new Error(`qstepSpread must be at least 1, got ${settings.qstepSpread}`);
  if (!(settings.bitDepth >= 8 && settings.bitDepth <= 16)) {
    throw new Error(`bitDepth must be 8 to 16, got ${settings.bitDepth}`);
  }
  if (!learningRateSchedules.some((name) => name === settings.schedule)) {
    throw new Error(`schedule must be ${learningRateSchedules.join(', ')}; got '${settings.schedule}'`);
  }
  parseMilestones(settings.milestones);
  checkBatchMemory(settings);
}

/** @throws Error when the pixels of a step alone are more than this machine's memory */
function checkBatchMemory({ batchSize, cropSize, reduce, accumulate, bitDepth }: TrainingSettings): void {
  const samples = 3 * batchSize * (cropSize * reduce) ** 2;
  const bytes = samples * (accumulate * (bitDepth > 8 ? 2 : 1) + Float32Array.BYTES_PER_ELEMENT);
  if (bytes <= totalmem()) return;
  const gibibytes = (size: number) => `${Math.ceil(size / 2 ** 30).toLocaleString('en')} GiB`;
  throw new Error(
    `the images of one step do not fit into memory: with batchSize=${batchSize}, cropSize=${cropSize}, reduce=${reduce} and ` +
      `accumulate=${accumulate} they take ${gibibytes(bytes)}, and this machine has ${gibibytes(totalmem())}`,
  );
}

/**
 * The settings that a run's configuration holds; one of a newer version has its default.
 *
 * @throws Error for a value that is out of range
 */
export function storedSettings(settings: Settings): TrainingSettings {
  const all = { ...trainingDefaults, ...settings } as TrainingSettings;
  checkTrainingSettings(all);
  return all;
}

/**
 * The settings of a run: defaults, the experiment's, then those given as `key=value`.
 *
 * @throws Error for a key that does not exist (naming those that do), or a value of another type than its default's.
 */
export function resolveSettings<S extends Settings>(
  experiment: Experiment<S>,
  assignments: readonly string[] = [],
): S & TrainingSettings {
  const settings: Settings = { ...trainingDefaults, ...(experiment.settings as Settings) };
  for (const assignment of assignments) {
    const [key, ...rest] = assignment.split('=');
    if (rest.length === 0) throw new Error(`--set ${assignment}: expected key=value`);
    if (!Object.hasOwn(settings, key)) {
      throw new Error(
        `--set ${assignment}: unknown key '${key}'; known are ${Object.keys(settings).sort().join(', ')}`,
      );
    }
    settings[key] = parse(key, rest.join('='), settings[key]);
  }
  checkTrainingSettings(settings as TrainingSettings);
  return settings as S & TrainingSettings;
}
