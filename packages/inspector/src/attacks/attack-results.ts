import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@sandwich/files';
import type { AttackedPlace, AttackGridSettings } from '@sandwich/models';

const FORMAT = 'sandwich-attacks-1';

/** What was attacked, and how: attacks of equal circumstances can be put together. */
export interface AttackCircumstances extends AttackGridSettings {
  classifier: string;
  /** SHA-256 of its weights. */
  weights: string;
  /** For people. */
  pictures: string;
  /** SHA-256 of all samples and labels. */
  digest: string;
}

/** Attacks on one set of pictures, place by place. */
export interface AttackResults {
  circumstances: AttackCircumstances;
  places: AttackedPlace[];
}

/** The files of attacks in a folder. */
export const attackFiles = (folder: string, budgets: readonly number[]) => ({
  results: join(folder, 'attacks.json'),
  table: join(folder, 'attacks.csv'),
  plots: budgets.map((budget) => ({
    budget,
    svg: join(folder, `budget-${budget}.svg`),
    png: join(folder, `budget-${budget}.png`),
  })),
});

/**
 * Reads results of attacks.
 *
 * @returns undefined where there is no such file
 * @throws Error for a file that holds something else
 */
export async function readAttackResults(file: string): Promise<AttackResults | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  let content: { format?: string } & Partial<AttackResults> = {};
  try {
    content = JSON.parse(text);
  } catch {}
  const { format, circumstances, places } = content;
  if (format !== FORMAT || !circumstances || !Array.isArray(places)) {
    throw new Error(`${file} holds no results of attacks`);
  }
  return { circumstances, places };
}

/** Writes results of attacks, whole or not at all. */
export const writeAttackResults = (file: string, results: AttackResults): Promise<void> =>
  writeFileAtomically(file, `${JSON.stringify({ format: FORMAT, ...results })}\n`);
