import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineOptions } from '@sandwich/engine';
import { makeFolder, writeFileAtomically } from '@sandwich/files';
import { loadExperiment } from '../experiment/load-experiment.js';
import { parseAssignments, type Setting, type Settings } from '../experiment/settings.js';
import { type Budget, spent } from '../run/budget.js';
import { readStanding } from '../run/checkpoint.js';
import { listCheckpoints, readRunConfiguration, runFiles } from '../run/run-directory.js';

/** One training of a sweep. */
export interface SweepRun {
  /** Hash of all that decides what the run computes: equal runs of any sweeps have one directory. */
  id: string;
  /** What sets it apart from the others of the sweep: `gamma=50`. */
  label: string;
  /** Changes of the experiment's settings, of the sweep and of the run. */
  settings: Settings;
  /** Its folder in the directory of the sweep; default the id. */
  folder?: string;
}

/** Trainings of one experiment with different settings; `sweep.json` in its directory, where the runs' directories lie. */
export interface Sweep extends EngineOptions {
  experiment: string;
  experimentFile: string;
  images?: string;
  budget: Budget;
  checkpointSteps?: number;
  /** Where runs are logged, see `checkLogger`. */
  log?: string[];
  runs: SweepRun[];
}

const ID_LENGTH = 12;

/** A hash of what decides what a run computes. @param decisive the resolved settings, and what else decides what a run computes; float32 is the precision where none is named */
export function runId(decisive: {
  experiment: string;
  settings: Settings;
  images?: string;
  budget: Budget;
  precision?: EngineOptions['precision'];
}): string {
  const sorted = (value: object) => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const { experiment, settings, images = null, budget, precision = 'fp32' } = decisive;
  const lowered = precision === 'fp32' ? [] : [precision];
  const text = JSON.stringify([experiment, sorted(settings), images, sorted(budget), ...lowered]);
  return createHash('sha256').update(text).digest('hex').slice(0, ID_LENGTH);
}

/** The file that says what a sweep trains. */
export const sweepFile = (directory: string) => join(directory, 'sweep.json');

/** The directory of one run of a sweep. */
export const sweepRunDirectory = (directory: string, { id, folder = id }: SweepRun): string => join(directory, folder);

/** The folder that is named after a setting and its value, without the value's point: `lambda_005` for 0.05, as LearnedJPEG names its runs. */
export const settingFolder = (key: string, value: Setting): string => `${key}_${`${value}`.replace('.', '')}`;

/**
 * Whether a directory holds a sweep that goes on as another: with the same runs at first, so that jobs which name them by their numbers
 * still find them. False when there is none.
 *
 * @throws Error when there is another sweep, or this one with its runs in other folders
 */
export async function continuesSweep(directory: string, { runs }: Sweep): Promise<boolean> {
  if (!existsSync(sweepFile(directory))) return false;
  const earlier = await readSweep(directory);
  const same = earlier.runs.every(({ id }, i) => id === runs[i]?.id);
  if (!same) {
    throw new Error(
      `${directory} holds another sweep, of ${earlier.experiment} over ${earlier.runs.map(({ label }) => label).join('; ')}: ` +
        'choose another directory with --sweep, or put this sweep in its place with --force; runs that were trained stay',
    );
  }
  const moved = earlier.runs.findIndex(({ id, folder = id }, i) => folder !== (runs[i].folder ?? runs[i].id));
  if (moved === -1) return true;
  const [was, is] = [earlier.runs[moved], runs[moved]].map((run) => sweepRunDirectory(directory, run));
  throw new Error(
    `${directory} holds this sweep with a run in ${was}, not in ${is}: give the same --layout as before, or none if there was none; ` +
      'choose another directory with --sweep; or put this sweep in its place with --force, which trains all runs again',
  );
}

/** Writes `sweep.json`, and makes its folder. */
export async function writeSweep(directory: string, sweep: Sweep): Promise<void> {
  await makeFolder(directory);
  await writeFileAtomically(sweepFile(directory), `${JSON.stringify(sweep, null, 2)}\n`);
}

/** Older versions wrote the settings of runs as assignments. */
async function inTodaysTerms(
  sweep: Omit<Sweep, 'runs'> & { runs: (Omit<SweepRun, 'settings'> & { settings?: Settings; set?: string[] })[] },
): Promise<Sweep> {
  const { experimentFile, runs } = sweep;
  if (runs.every(({ settings }) => settings)) return sweep as Sweep;
  const { definition } = await loadExperiment(experimentFile);
  return {
    ...sweep,
    runs: runs.map(({ settings, set = [], ...run }) => ({
      ...run,
      settings: settings ?? parseAssignments(definition, set),
    })),
  };
}

/** @throws Error when the directory holds no sweep */
export async function readSweep(directory: string): Promise<Sweep> {
  try {
    return await inTodaysTerms(JSON.parse(await readFile(sweepFile(directory), 'utf8')));
  } catch (error) {
    throw new Error(`${directory} holds no sweep: ${(error as Error).message}`, { cause: error });
  }
}

/** How far a run of a sweep has come. */
export interface RunStatus {
  state: 'not begun' | 'begun' | 'finished';
  step: number;
  /** File of its last checkpoint. */
  checkpoint?: string;
}

/** Where the last checkpoint stands that is whole, as its header tells: its values are not read. */
async function lastStanding(directory: string) {
  for (const file of (await listCheckpoints(directory)).reverse()) {
    try {
      return { ...(await readStanding(file)), file };
    } catch {
      // A damaged one: the one before it counts.
    }
  }
  return undefined;
}

/** How far a run has come: finished means that its budget is spent, or its objective has ended it. */
export async function statusOf(directory: string): Promise<RunStatus> {
  if (!existsSync(runFiles(directory).configuration)) return { state: 'not begun', step: 0 };
  const { budget } = await readRunConfiguration(directory);
  const standing = await lastStanding(directory);
  if (standing === undefined) return { state: 'begun', step: 0 };
  const { step, file, ended } = standing;
  return { state: ended || spent(budget, standing) >= 1 ? 'finished' : 'begun', step, checkpoint: file };
}
