import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EngineInfo } from '@sandwich/engine';
import { checkFolder, isTemporary, LOCK_FILE, makeFolder, writeFileAtomically } from '@sandwich/files';
import { entryName } from '../experiment/entry-name.js';
import type { Settings } from '../experiment/settings.js';
import type { KindDescription } from '../kinds/load-kind.js';
import type { PackedType } from '../packed/packed-weights.js';
import type { Budget } from './budget.js';
import { type Checkpoint, readCheckpoint } from './checkpoint.js';
import { describeDifference, jsonDifferences } from './json-differences.js';

/** Which checkpoints a run writes and keeps. */
export interface CheckpointPolicy {
  /** Default: every two minutes. */
  everySteps?: number;
  /** How many of the last to keep, beside the best. */
  keep: number;
}

/** What every run says of itself in the `config.json` of its directory. */
export interface RunDescription extends KindDescription {
  experiment: string;
  settings: Settings;
  codeVersion: string;
  /** What its system is built from; runs of older versions lack it. */
  architecture?: unknown;
  /** The run or packed networks with whose weights it began. */
  initFrom?: string;
}

/** What a run was started with. */
export interface RunConfiguration extends RunDescription {
  /** The experiment's file, relative to the folder where the run was started; absent where a program defined it. */
  experimentFile?: string;
  /** SHA-256 of that file; runs of older versions lack it. */
  experimentHash?: string;
  /** What the loss is made of; runs of older versions lack it. */
  objective?: object;
  /** The path of the data as it was given, and what was found there. */
  imagePath?: string;
  images: string;
  /** How many files are used, and a hash of their names; runs of older versions lack it. */
  imageNames?: { count: number; hash: string };
  /** How many items, the first ones, are used; default all. */
  limit?: number;
  /** Whether the first batch is repeated. */
  overfit?: boolean;
  budget: Budget;
  checkpoints: CheckpointPolicy;
  /** Where it is logged besides its directory's records and pictures, see `checkLogger`; default TensorBoard. */
  log?: string[];
  engine: EngineInfo;
  /** What later sittings changed in all this, and after which step, the first one first. */
  changes?: { afterStep: number; changed: Record<string, { was: unknown; is: unknown }> }[];
}

/** A run reduced to what using it takes; see `packRun`. */
export interface PackedConfiguration extends RunDescription {
  architecture: unknown;
  /** How many steps the weights have seen. */
  step: number;
  weights: {
    type: PackedType;
    /** Hash of the file of weights. */
    sha256: string;
  };
}

/** Paths inside a run directory. */
export const runFiles = (directory: string) => ({
  configuration: join(directory, 'config.json'),
  metrics: join(directory, 'metrics.jsonl'),
  checkpoints: join(directory, 'checkpoints'),
  /** Weights of a packed run. */
  weights: join(directory, 'weights.safetensors'),
  images: join(directory, 'images'),
});

const CHECKPOINT = /^step-(\d+)\.safetensors$/;

/** File of the checkpoint of a step. */
export const checkpointFile = (directory: string, step: number): string =>
  join(runFiles(directory).checkpoints, `step-${String(step).padStart(7, '0')}.safetensors`);

/** The checkpoints of a run, oldest first. */
export async function listCheckpoints(directory: string): Promise<string[]> {
  const { checkpoints } = runFiles(directory);
  const files = await readdir(checkpoints).catch(() => []);
  const stepOf = (file: string) => Number(CHECKPOINT.exec(file)?.[1]);
  return files
    .filter((file) => CHECKPOINT.test(file))
    .sort((a, b) => stepOf(a) - stepOf(b))
    .map((file) => join(checkpoints, file));
}

/** Removes all but the last checkpoints of a run and the one of the step `best`. */
export async function pruneCheckpoints(directory: string, keep: number, best: number | undefined): Promise<void> {
  const kept = best === undefined ? undefined : checkpointFile(directory, best);
  for (const file of (await listCheckpoints(directory)).slice(0, -keep)) if (file !== kept) await rm(file);
}

/**
 * The last checkpoint that can be used.
 *
 * @param onDamaged called for each damaged one after it
 * @returns undefined when the run has no checkpoint yet
 * @throws Error when there are checkpoints, but none can be used
 */
export async function readLastCheckpoint(
  directory: string,
  onDamaged: (file: string, reason: string) => void,
): Promise<(Checkpoint & { file: string }) | undefined> {
  const reasons: string[] = [];
  for (const file of (await listCheckpoints(directory)).reverse()) {
    try {
      return { ...(await readCheckpoint(file)), file };
    } catch (error) {
      reasons.push((error as Error).message);
      onDamaged(file, (error as Error).message);
    }
  }
  if (reasons.length > 0) throw new Error(`none of the checkpoints of ${directory} can be used: ${reasons.join('; ')}`);
  return undefined;
}

/** Removes files that a killed process left half-written. */
export async function removeLeftovers(directory: string): Promise<void> {
  const { checkpoints } = runFiles(directory);
  for (const folder of [directory, checkpoints]) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (isTemporary(name)) await rm(join(folder, name), { force: true });
    }
  }
}

const cannotBeWritten = (directory: string) => (error: Error) => {
  throw new Error(`run directory ${resolve(directory)} cannot be written: ${error.message}`, { cause: error });
};

/**
 * Checks that a run can be made in a directory.
 *
 * @throws Error when it is not empty, or cannot be written
 */
export async function checkNewRunDirectory(directory: string): Promise<void> {
  await checkFolder(directory).catch(cannotBeWritten(directory));
  const entries = existsSync(directory) ? await readdir(directory) : [];
  if (entries.some((name) => name !== LOCK_FILE && !isTemporary(name))) {
    throw new Error(`run directory ${resolve(directory)} is not empty; choose another with --run, or remove it`);
  }
}

/**
 * Makes a run directory and writes its configuration.
 *
 * @throws Error when the directory cannot be written or holds a run already.
 */
export async function createRunDirectory(directory: string, configuration: RunConfiguration): Promise<void> {
  await checkNewRunDirectory(directory);
  await makeFolder(resolve(directory)).catch(cannotBeWritten(directory));
  await removeLeftovers(directory);
  await fillRunDirectory(directory, configuration);
}

/**
 * Writes the configuration of a run, first of all and at once: a directory without it is no run, one with it can be
 * resumed. Then makes the folders that are missing.
 */
async function fillRunDirectory(directory: string, configuration: RunConfiguration): Promise<void> {
  const files = runFiles(directory);
  await writeFileAtomically(files.configuration, `${JSON.stringify(configuration, null, 2)}\n`);
  await makeFolders(directory);
}

async function makeFolders(directory: string): Promise<void> {
  const { checkpoints, images } = runFiles(directory);
  for (const folder of [checkpoints, images]) await makeFolder(folder);
}

/**
 * Brings a run's configuration up to date where another sitting changes it: what it was stays in its list of `changes`. The file
 * of a run that goes on as it was is left alone.
 *
 * @param afterStep that of the checkpoint with which the run goes on.
 * @returns what has changed, for people
 */
export async function updateRunDirectory(
  directory: string,
  earlier: RunConfiguration,
  configuration: RunConfiguration,
  afterStep: number,
): Promise<string[]> {
  const { changes = [], ...was } = earlier;
  const differences = jsonDifferences(was, JSON.parse(JSON.stringify(configuration)));
  if (differences.length === 0) {
    await makeFolders(directory);
    return [];
  }
  const changed = Object.fromEntries(differences.map(({ path, was, is }) => [path, { was, is }]));
  await fillRunDirectory(directory, { ...configuration, changes: [...changes, { afterStep, changed }] });
  return differences.map(describeDifference);
}

/** Whether a run was reduced to what using it takes. */
export const isPacked = (configuration: RunDescription): configuration is PackedConfiguration =>
  'weights' in configuration;

/** The text of a file of a directory. @throws Error that says what is there instead */
async function readPresentFile(directory: string, file: string): Promise<string> {
  const [folder, entry] = await Promise.all([directory, file].map((path) => stat(path).catch(() => undefined)));
  if (!folder) throw new Error('there is no such folder');
  if (!folder.isDirectory()) throw new Error(`it is ${entryName(folder)}`);
  if (!entry) throw new Error(`there is no ${file}`);
  if (!entry.isFile()) throw new Error(`${file} is ${entryName(entry)}`);
  return readFile(file, 'utf8');
}

function parseDescription(text: string, file: string): Partial<RunConfiguration & PackedConfiguration> | null {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is damaged, it is not JSON (${(error as Error).message})`, { cause: error });
  }
}

/** What runs did not say of the kind of their system while there was only one. */
const FIRST_KIND: KindDescription = { kind: 'sandwich', module: '@sandwich/models' };

/** A configuration in today's terms: the ones of before named neither the kind of the system nor, by this name, the objective. */
function inTodaysTerms<C extends Partial<RunConfiguration & PackedConfiguration>>({
  distortion,
  ...configuration
}: C & { distortion?: object }) {
  return { ...FIRST_KIND, ...(distortion && { objective: { distortion } }), ...configuration };
}

/** @throws Error when the directory holds no run whose system can be built. */
export async function readRunDescription(directory: string): Promise<RunConfiguration | PackedConfiguration> {
  const { configuration } = runFiles(directory);
  try {
    const read = parseDescription(await readPresentFile(directory, configuration), configuration);
    if (!read?.settings || !(read.architecture || (!read.weights && read.experimentFile))) {
      throw new Error(`${configuration} names no experiment or no settings`);
    }
    return inTodaysTerms(read) as unknown as RunConfiguration | PackedConfiguration;
  } catch (error) {
    throw new Error(`${resolve(directory)} is not a run directory: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws Error when the directory holds no readable run, or a packed one, which has no training to go on with. */
export async function readRunConfiguration(directory: string): Promise<RunConfiguration> {
  const configuration = await readRunDescription(directory);
  if (isPacked(configuration)) {
    throw new Error(`${resolve(directory)} is a packed run: it can be used and measured, not trained further`);
  }
  return configuration;
}
