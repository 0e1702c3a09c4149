import { learningRateSchedules, parseMilestones } from '../loop/learning-rate.js';

/** The value of a setting. */
export type Setting = number | string | boolean;
/** Settings by name. */
export type Settings = Record<string, Setting>;

/** Settings of an experiment and their defaults; those of the trainer are there without being named. */
export interface SettingsDefinition<S extends Settings = Settings> {
  settings: S;
  /**
   * Looks at the resolved settings.
   *
   * @throws Error that names a setting and its value
   */
  checkSettings?(settings: S & TrainingSettings): void;
}

/** Settings of the trainer, which every experiment has; an experiment may give them other defaults. */
export const trainingDefaults = {
  /** Makes weights, batches and noise repeatable. */
  seed: 1,
  learningRate: 1e-3,
  /** How the learning rate changes: constant, cosine (down to `decay` at the end) or step (times `decay` at each milestone). */
  schedule: 'constant',
  /** First steps in which the learning rate rises from nothing. */
  warmupSteps: 0,
  decay: 0.1,
  /** Fractions of the training, or numbers of steps, for the step schedule. */
  milestones: '0.6,0.85',
  /** Largest norm of all gradients together; 0 leaves them as they are. */
  clipNorm: 0,
  /** Batches whose gradients are averaged for one step: a large batch in the memory of a small one. */
  accumulate: 1,
  /** Decay of the average of weights that is evaluated in their place, such as 0.999; 0 keeps none. */
  averageDecay: 0,
};

/** The settings of the trainer; see `trainingDefaults`. */
export type TrainingSettings = typeof trainingDefaults;

function checkTrainingSettings(settings: TrainingSettings): void {
  checkNumbers(settings, {
    positive: ['accumulate', 'learningRate'],
    notNegative: ['seed', 'warmupSteps', 'clipNorm'],
    integer: ['accumulate', 'seed', 'warmupSteps'],
    fraction: ['decay', 'averageDecay'],
  });
  if (!learningRateSchedules.some((name) => name === settings.schedule)) {
    throw new Error(`schedule must be ${learningRateSchedules.join(', ')}; got '${settings.schedule}'`);
  }
  parseMilestones(settings.milestones);
}

/** @throws Error for a value of another type than its default's, a number that is none, or a key that there is not, naming those there are */
function checkTypes(settings: Settings, defaults: Settings): void {
  for (const [key, value] of Object.entries(settings)) {
    if (!Object.hasOwn(defaults, key)) {
      throw new Error(`unknown setting '${key}'; known are ${Object.keys(defaults).sort().join(', ')}`);
    }
    if (typeof value !== typeof defaults[key]) {
      throw new Error(`${key} must be a ${typeof defaults[key]}, got ${JSON.stringify(value)}`);
    }
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${key} must be finite, got ${value}`);
  }
}

/**
 * The settings of a run: the trainer's defaults, those of the experiment, then the changes.
 *
 * @throws Error for a key that does not exist (naming those that do), a value of another type than its default's, or out of range
 */
export function resolveSettings<S extends Settings>(
  definition: SettingsDefinition<S>,
  changes: Settings = {},
): S & TrainingSettings {
  const defaults: Settings = { ...trainingDefaults, ...definition.settings };
  checkTypes(changes, defaults);
  const settings = { ...defaults, ...changes } as S & TrainingSettings;
  checkTrainingSettings(settings);
  definition.checkSettings?.(settings);
  return settings;
}

/**
 * The settings that a run has stored, of an experiment whose file is gone: those that its kind does not know were the experiment's own and are
 * kept.
 *
 * @throws Error as `resolveSettings`
 */
export const resolveStoredSettings = <S extends Settings>(
  definition: SettingsDefinition<S>,
  stored: Settings,
): S & TrainingSettings => resolveSettings({ ...definition, settings: { ...definition.settings, ...stored } }, stored);

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

/**
 * Changes of settings that are given as texts, `key=value`, in the types of the defaults.
 *
 * @throws Error for a key that does not exist (naming those that do), or a text that is no value of its type
 */
export function parseAssignments(definition: { settings: Settings }, assignments: readonly string[]): Settings {
  const defaults: Settings = { ...trainingDefaults, ...definition.settings };
  const changes: Settings = {};
  for (const assignment of assignments) {
    const [key, ...rest] = assignment.split('=');
    if (rest.length === 0) throw new Error(`--set ${assignment}: expected key=value`);
    if (!Object.hasOwn(defaults, key)) {
      throw new Error(
        `--set ${assignment}: unknown key '${key}'; known are ${Object.keys(defaults).sort().join(', ')}`,
      );
    }
    changes[key] = parse(key, rest.join('='), defaults[key]);
  }
  return changes;
}

/** Which settings have to be what; a setting may be in several lists. */
export interface NumberRules<S extends object> {
  positive?: readonly (keyof S & string)[];
  notNegative?: readonly (keyof S & string)[];
  integer?: readonly (keyof S & string)[];
  /** 0 to 1. */
  fraction?: readonly (keyof S & string)[];
}

/** @throws Error for the first setting that breaks a rule, naming it and its value */
export function checkNumbers<S extends object>(settings: S, rules: NumberRules<S>): void {
  const check = (keys: readonly (keyof S & string)[] = [], holds: (value: number) => boolean, must: string) => {
    for (const key of keys) {
      const value = settings[key] as number;
      if (!holds(value)) throw new Error(`${key} must ${must}, got ${value}`);
    }
  };
  check(rules.positive, (value) => value > 0, 'be positive');
  check(rules.notNegative, (value) => value >= 0, 'not be negative');
  check(rules.integer, (value) => Number.isSafeInteger(value), 'be an integer');
  check(rules.fraction, (value) => value >= 0 && value <= 1, 'be 0 to 1');
}
