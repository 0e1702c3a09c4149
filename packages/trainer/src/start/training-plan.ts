import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { DataOptions, ObjectiveDefinition } from '../experiment/define-objective.js';
import { type Experiment, loadExperiment } from '../experiment/load-experiment.js';
import { resolveSettings, type Settings, type TrainingSettings, trainingDefaults } from '../experiment/settings.js';
import { loadKind } from '../kinds/load-kind.js';
import { describeDifference, jsonDifferences } from '../run/json-differences.js';
import { type RunConfiguration, runFiles } from '../run/run-directory.js';
import type { Objective, System, SystemKind } from '../system.js';

/** What a run trains, and where that is written. */
export interface TrainingPlan {
  experiment: string;
  file?: string;
  /** SHA-256 of the file. */
  fileHash?: string;
  /** Absent where the experiment's file is gone. */
  definition?: ObjectiveDefinition;
  settings: TrainingSettings & Settings;
  /** Makes the objective, which is the caller's to dispose with its system. The engine must have been started. */
  build(data: DataOptions): Promise<Objective>;
}

const hashOfFile = async (file: string | undefined): Promise<string | undefined> =>
  file === undefined
    ? undefined
    : createHash('sha256')
        .update(await readFile(file))
        .digest('hex');

/** The system of an experiment. */
export async function systemOf(
  definition: ObjectiveDefinition,
  settings: TrainingSettings & Settings,
): Promise<System> {
  if (definition.system) return definition.system(settings);
  const objective = await definition.objective(settings, { note: () => {} });
  objective.dispose?.();
  return objective.system;
}

async function planOf(
  { name, file, definition }: Experiment,
  settings: TrainingSettings & Settings,
): Promise<TrainingPlan> {
  return {
    experiment: name,
    file,
    fileHash: await hashOfFile(file),
    definition,
    settings,
    build: async (data) => definition.objective(settings, data),
  };
}

/** The plan of a new run: an experiment with some of its settings changed. */
export const planNewRun = async (experiment: Experiment, changes: Settings = {}): Promise<TrainingPlan> =>
  planOf(experiment, resolveSettings(experiment.definition, changes));

/** Those of a run's settings that an experiment has now: what it no longer has is left out. */
export const settingsNow = (definition: ObjectiveDefinition, stored: Settings): Settings => {
  const known = { ...trainingDefaults, ...definition.settings };
  return Object.fromEntries(Object.entries(stored).filter(([key]) => Object.hasOwn(known, key)));
};

/** How two architectures differ, for people; an option that an older version did not write down is no difference. */
export const architectureDifferences = (was: unknown, is: unknown): string[] =>
  jsonDifferences(was, is, 'architecture')
    .filter((difference) => difference.was !== undefined)
    .map(describeDifference);

/** What of a run cannot be built or compared without the experiment's file: functions, and what older versions did not write down. */
function missingFrom({ architecture, objective }: RunConfiguration, kind: SystemKind) {
  const missing = architecture === undefined ? undefined : kind.missing?.(architecture);
  const functions = [...(missing ? [missing] : []), ...functionsOf(objective ?? {})];
  const unwritten = [
    ...(architecture === undefined ? ['its architecture'] : []),
    ...(objective ? [] : ['what its loss is made of']),
  ];
  return { functions, unwritten };
}

/** Parts of an objective's description that are null: JSON does not hold them. */
function functionsOf(description: object, path: string[] = []): string[] {
  return Object.entries(description).flatMap(([name, value]) => {
    if (value === null) return [`${path.join(' ')} is a function of the experiment's own`];
    return typeof value === 'object' ? functionsOf(value, [...path, name]) : [];
  });
}

/** The architecture of a run with the defaults of options that an older version did not write down. */
function completed(kind: SystemKind, architecture: unknown): unknown {
  const system = kind.build(architecture);
  system.dispose();
  return system.architecture;
}

/** Where the objective of an experiment is not that with which a run was started. */
function differencesOf(
  { system, description = {} }: Objective,
  { architecture, objective }: RunConfiguration,
  kind: SystemKind,
): string[] {
  const isComplete = architecture !== undefined && kind.missing?.(architecture) === undefined;
  const was = isComplete ? completed(kind, architecture) : architecture;
  return [
    ...(was === undefined ? [] : architectureDifferences(was, system.architecture)),
    ...(objective ? jsonDifferences(objective, description).map(describeDifference) : []),
  ];
}

/**
 * The plan of a run that goes on: what is written in its configuration, whatever the experiment has become since.
 *
 * @param run Its directory.
 * @param options.experiment in the place of the one that the configuration names
 * @param options.note Hears what could not be compared.
 * @throws Error, also in `build`, when the experiment has come to mean something else, naming the difference; or when it is
 * needed, since the configuration lacks something, and cannot be loaded
 */
export async function planResumedRun(
  run: string,
  configuration: RunConfiguration,
  {
    experiment,
    acceptChanges,
    note,
  }: { experiment?: Experiment; acceptChanges: boolean; note: (text: string) => void },
): Promise<TrainingPlan> {
  const { experiment: name, experimentFile, experimentHash } = configuration;
  const written = runFiles(run).configuration;
  let loaded = experiment;
  let failure: Error | undefined;
  if (!loaded) {
    try {
      if (experimentFile === undefined)
        throw new Error(`a program defined ${name}: give what it defined as \`experiment\``);
      loaded = await loadExperiment(experimentFile);
    } catch (error) {
      failure = error as Error;
    }
  }
  if (loaded && acceptChanges) {
    return planOf(loaded, resolveSettings(loaded.definition, settingsNow(loaded.definition, configuration.settings)));
  }
  if (failure && acceptChanges) throw failure;
  const kind = await loadKind(configuration, run);
  const { functions, unwritten } = missingFrom(configuration, kind);
  if (failure) {
    const needed = [...functions, ...unwritten.map((what) => `${what} was not written down`)];
    if (!kind.objective) needed.push(`systems of the kind ${kind.name} are not trained without one`);
    if (needed.length > 0) {
      const needs = experimentFile === undefined ? 'its experiment' : 'the file of its experiment';
      throw new Error(`${run} needs ${needs} (${needed.join('; ')}): ${failure.message}`, {
        cause: failure,
      });
    }
    note(`${failure.message}; going on with what ${written} says`);
  }
  if (unwritten.length > 0) note(`${run} does not say ${unwritten.join(' and ')}: taken from ${experimentFile}`);

  if (!loaded) {
    const settings = { ...trainingDefaults, ...configuration.settings };
    const { architecture, objective: description = {} } = configuration;
    return {
      experiment: name,
      file: experimentFile,
      settings,
      async build(data) {
        const objective = await kind.objective?.({ architecture, settings, description, data });
        if (!objective) throw new Error(`${run} needs its experiment: ${failure?.message}`);
        return objective;
      },
    };
  }
  const { definition } = loaded;
  const plan = await planOf(loaded, resolveSettings(definition, settingsNow(definition, configuration.settings)));
  return {
    ...plan,
    async build(data) {
      const objective = await plan.build(data);
      const differences = differencesOf(objective, configuration, kind);
      if (functions.length > 0 && experimentHash !== undefined && experimentHash !== plan.fileHash) {
        differences.push(`it has changed, and so may have what cannot be compared: ${functions.join('; ')}`);
      }
      if (differences.length === 0) return objective;
      objective.dispose?.();
      objective.system.dispose();
      throw new Error(
        `${plan.file ?? name} is not the experiment that ${run} was started with: ${differences.join('; ')}; restore the file, or ` +
          'give --accept-changes to go on with the experiment as it is now',
      );
    },
  };
}
