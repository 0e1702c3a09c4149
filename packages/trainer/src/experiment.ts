import type { SandwichOptions } from '@sandwich/models';

export type Setting = number | string | boolean;
export type Settings = Record<string, Setting>;

/** Settings that every experiment has; an experiment may give them other defaults. */
export const trainingDefaults = {
  /** Of weights, batches and crops. */
  seed: 1,
  batchSize: 8,
  /** Side of the square crops, pixels: enough for the networks' receptive fields, small enough for two cores. */
  cropSize: 128,
  learningRate: 1e-3,
  /** Weight of rate in bits against squared error: the published image models use 50. */
  gamma: 50,
  /** First steps trained without the codec and its rate, so that the networks learn to carry before they learn to save. */
  stepsWithoutCodec: 0,
  /** Whether to penalise bottlenecks outside of [0, 255], as the published loss does. */
  rangePenalty: true,
};

export type TrainingSettings = typeof trainingDefaults;

/** What one experiment is; see `defineExperiment`. */
export interface Experiment<S extends Settings = Settings> {
  /** One sentence for `sandwich train --help`. */
  description: string;
  /** The experiment's own settings, and other defaults for the common ones; all can be changed by `--set key=value`. */
  settings: S & Partial<TrainingSettings>;
  /** The networks, the codec proxy between them, and what lies around it. */
  sandwich(settings: S & TrainingSettings): SandwichOptions;
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
  const positive = ['batchSize', 'cropSize', 'learningRate'] as const;
  const notNegative = ['gamma', 'seed', 'stepsWithoutCodec'] as const;
  const integer = ['batchSize', 'cropSize', 'seed', 'stepsWithoutCodec'] as const;
  for (const key of positive)
    if (!(settings[key] > 0)) throw new Error(`${key} must be positive, got ${settings[key]}`);
  for (const key of notNegative)
    if (!(settings[key] >= 0)) throw new Error(`${key} must not be negative, got ${settings[key]}`);
  for (const key of integer) {
    if (!Number.isInteger(settings[key])) throw new Error(`${key} must be an integer, got ${settings[key]}`);
  }
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
