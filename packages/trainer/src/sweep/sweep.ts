import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@sandwich/files';
import { type Budget, spent } from '../budget.js';
import type { Settings } from '../experiment.js';
import { readLastCheckpoint, readRunConfiguration, runFiles } from '../run-directory.js';

/** One training of a sweep. */
export interface SweepRun {
  /** Hash of all that decides what the run computes: equal runs of any sweeps have one directory. */
  id: string;
  /** What sets it apart from the others of the sweep: `gamma=50`. */
  label: string;
  /** Assignments of the sweep and of the run. */
  set: string[];
}

/** Trainings of one experiment with different settings; `sweep.json` in its directory, where the runs' directories lie. */
export interface Sweep {
  experiment: string;
  experimentFile: string;
  images?: string;
  budget: Budget;
  checkpointSteps?: number;
  engine?: 'auto' | 'torch' | 'tensorflow' | 'wasm' | 'cpu';
  device?: string;
  threads?: number;
  runs: SweepRun[];
}

const ID_LENGTH = 12;

/** @param decisive the resolved settings, and what else decides what a run computes */
export function runId(decisive: { experiment: string; settings: Settings; images?: string; budget: Budget }): string {
  const sorted = (value: object) => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const { experiment, settings, images = null, budget } = decisive;
  const text = JSON.stringify([experiment, sorted(settings), images, sorted(budget)]);
  return createHash('sha256').update(text).digest('hex').slice(0, ID_LENGTH);
}

const sweepFile = (directory: string) => join(directory, 'sweep.json');

export const sweepRunDirectory = (directory: string, { id }: SweepRun): string => join(directory, id);

export async function writeSweep(directory: string, sweep: Sweep): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFileAtomically(sweepFile(directory), `${JSON.stringify(sweep, null, 2)}\n`);
}

/** @throws Error when the directory holds no sweep */
export async function readSweep(directory: string): Promise<Sweep> {
  try {
    return JSON.parse(await readFile(sweepFile(directory), 'utf8'));
  } catch (error) {
    throw new Error(`${directory} holds no sweep: ${(error as Error).message}`, { cause: error });
  }
}

export interface RunStatus {
  state: 'not begun' | 'begun' | 'finished';
  step: number;
  /** File of its last checkpoint. */
  checkpoint?: string;
}

/** How far a run has come: finished means that its budget is spent. */
export async function statusOf(directory: string): Promise<RunStatus> {
  if (!existsSync(runFiles(directory).configuration)) return { state: 'not begun', step: 0 };
  const { budget } = await readRunConfiguration(directory);
  const checkpoint = await readLastCheckpoint(directory, () => {}).catch(() => undefined);
  if (checkpoint === undefined) return { state: 'begun', step: 0 };
  const { step, file } = checkpoint;
  return { state: spent(budget, checkpoint) >= 1 ? 'finished' : 'begun', step, checkpoint: file };
}
