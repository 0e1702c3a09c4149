import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buildSandwich, missingFromArchitecture, type Sandwich } from '@sandwich/models';
import { createSandwich } from './create-sandwich.js';
import { type DistortionMix, weightsOf } from './distortions.js';
import {
  assignmentsOf,
  type Experiment,
  resolveSettings,
  type Settings,
  storedSettings,
  type TrainingSettings,
} from './experiment.js';
import { describeDifference, jsonDifferences } from './json-differences.js';
import { loadExperiment } from './load-experiment.js';
import { type RunConfiguration, runFiles } from './run-directory.js';

/** What a run trains, and where that is written. */
export interface TrainingPlan {
  experiment: string;
  file: string;
  /** SHA-256 of the file. */
  fileHash?: string;
  description?: string;
  settings: TrainingSettings;
  /** Builds the networks, which are the caller's to dispose, and says what is traded against the rate. The engine must have been started. */
  build(): Promise<{ model: Sandwich; distortion: DistortionMix }>;
}

type LoadedExperiment = Awaited<ReturnType<typeof loadExperiment>>;

const hashOfFile = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

async function fromFile(experiment: Experiment, settings: TrainingSettings) {
  const distortion = (await experiment.distortion?.(settings)) ?? { mse: 1 };
  return { model: createSandwich(experiment, settings), distortion };
}

async function planFromFile(
  { name, file, experiment }: LoadedExperiment,
  settings: TrainingSettings,
): Promise<TrainingPlan> {
  return {
    experiment: name,
    file,
    fileHash: await hashOfFile(file),
    description: experiment.description,
    settings,
    build: () => fromFile(experiment, settings),
  };
}

/** The plan of a new run: an experiment with some of its settings changed. */
export async function planNewRun(nameOrPath: string, assignments: readonly string[]): Promise<TrainingPlan> {
  const loaded = await loadExperiment(nameOrPath);
  return planFromFile(loaded, resolveSettings(loaded.experiment, assignments));
}

/** A run's settings as the experiment's file has them now: what the file no longer has is left out, what is new has its default. */
function settingsNow(experiment: Experiment, stored: Settings): TrainingSettings {
  const known = resolveSettings(experiment);
  const kept = Object.entries(stored).filter(([key]) => Object.hasOwn(known, key));
  return resolveSettings(experiment, assignmentsOf(Object.fromEntries(kept)));
}

/** How two architectures differ, for people; an option that an older version did not write down is no difference. */
export const architectureDifferences = (was: object, is: object): string[] =>
  jsonDifferences(was, is, 'architecture')
    .filter((difference) => difference.was !== undefined)
    .map(describeDifference);

/** What cannot be built or compared without the experiment's file: functions, and what older versions did not write down. */
function missingFrom({ architecture, distortion }: RunConfiguration): { functions: string[]; unwritten: string[] } {
  const own = Object.entries(distortion ?? {}).filter(([, term]) => typeof term !== 'number');
  const rounding = architecture && missingFromArchitecture(architecture);
  return {
    functions: [
      ...(rounding ? [rounding] : []),
      ...own.map(([name]) => `distortion ${name} is a function of the experiment's own`),
    ],
    unwritten: [...(architecture ? [] : ['its architecture']), ...(distortion ? [] : ['its distortion'])],
  };
}

/**
 * The plan of a run that goes on: what is written in its configuration, whatever the experiment's file has become since.
 *
 * @param run Its directory.
 * @param note Hears what could not be compared.
 * @throws Error, also in `build`, when the file has come to mean something else, naming the difference; or when it is
 * needed, since the configuration lacks something, and cannot be loaded
 */
export async function planResumedRun(
  run: string,
  configuration: RunConfiguration,
  { acceptChanges, note }: { acceptChanges: boolean; note: (text: string) => void },
): Promise<TrainingPlan> {
  const { experiment: name, experimentFile: file, experimentHash } = configuration;
  let loaded: LoadedExperiment | undefined;
  try {
    loaded = await loadExperiment(file);
  } catch (error) {
    const { message } = error as Error;
    if (acceptChanges) throw error;
    const { functions, unwritten } = missingFrom(configuration);
    const needed = [...functions, ...unwritten.map((what) => `${what} was not written down`)];
    if (needed.length > 0) {
      throw new Error(`${run} needs the file of its experiment (${needed.join('; ')}): ${message}`, { cause: error });
    }
    note(`${message}; going on with what ${runFiles(run).configuration} says`);
  }
  if (loaded && acceptChanges) return planFromFile(loaded, settingsNow(loaded.experiment, configuration.settings));

  // The experiment's file may have made a codec known.
  const { functions, unwritten } = missingFrom(configuration);
  if (unwritten.length > 0) note(`${run} does not say ${unwritten.join(' and ')}: taken from ${file}`);
  const settings = storedSettings(configuration.settings);
  const fileHash = loaded && (await hashOfFile(loaded.file));
  const build: TrainingPlan['build'] = async () => {
    const { architecture, distortion } = configuration;
    const stored = functions.length === 0 && architecture ? buildSandwich(architecture) : undefined;
    if (!loaded) return { model: stored!, distortion: distortion as DistortionMix };
    let now: Awaited<ReturnType<typeof fromFile>> | undefined;
    try {
      now = await fromFile(loaded.experiment, settingsNow(loaded.experiment, configuration.settings));
      const differences = [
        ...(architecture ? architectureDifferences(stored?.architecture ?? architecture, now.model.architecture) : []),
        ...(distortion ? jsonDifferences(distortion, weightsOf(now.distortion), 'distortion') : []).map(
          describeDifference,
        ),
      ];
      if (functions.length > 0 && experimentHash !== undefined && experimentHash !== fileHash) {
        differences.push(`it has changed, and so may have what cannot be compared: ${functions.join('; ')}`);
      }
      if (differences.length > 0) {
        throw new Error(
          `${file} is not the experiment that ${run} was started with: ${differences.join('; ')}; restore the file, or ` +
            'give --accept-changes to go on with the experiment as it is now',
        );
      }
    } catch (error) {
      stored?.dispose();
      now?.model.dispose();
      throw error;
    }
    if (!stored) return now;
    now.model.dispose();
    return { model: stored, distortion: now.distortion };
  };
  return { experiment: name, file, fileHash, description: loaded?.experiment.description, settings, build };
}
