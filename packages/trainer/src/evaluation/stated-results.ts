import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { CodecName } from '@sandwich/codecs';
import { formats } from './codec-systems.js';
import { evaluationFiles } from './evaluation-files.js';
import type { EvaluationResults } from './results.js';

/** Results that were published with networks, by codec. @throws Error for a file that is no JSON */
export async function readStatedResults(
  folder: string,
  codecNames: readonly CodecName[],
): Promise<Map<CodecName, EvaluationResults>> {
  const stated = new Map<CodecName, EvaluationResults>();
  for (const name of codecNames) {
    const { results } = evaluationFiles(folder, name);
    if (!existsSync(results)) continue;
    try {
      stated.set(name, JSON.parse(await readFile(results, 'utf8')));
    } catch (error) {
      throw new Error(`${results} cannot be read: ${(error as Error).message}`, { cause: error });
    }
  }
  return stated;
}

/** What must be the same for two mean gains to be one number. */
const conditions = ({ systems: [{ images }], gain, codec }: EvaluationResults) => ({
  images: images.map(({ image }) => image).join(' '),
  rates: gain.range.join(' to '),
  codec,
});

const decibels = (gain: number | null): string => (gain === null ? 'none' : `${gain.toFixed(3)} dB`);

/** One line: the mean gain stated, the one measured, and their difference, or what was measured otherwise. */
export function comparedWithStated(stated: EvaluationResults, measured: EvaluationResults): string {
  const [then, now] = [conditions(stated), conditions(measured)];
  const means = `mean gain stated ${decibels(stated.gain.mean)}, measured ${decibels(measured.gain.mean)}`;
  const changed = (Object.keys(then) as (keyof typeof then)[]).filter((key) => then[key] !== now[key]);
  const difference =
    changed.length > 0
      ? `not comparable: ${changed.map((key) => `${key} ${then[key]} then, ${now[key]} now`).join('; ')}`
      : stated.gain.mean !== null && measured.gain.mean !== null
        ? `difference ${(measured.gain.mean - stated.gain.mean).toFixed(3)} dB`
        : '';
  return [`${formats[measured.codecName]}: ${means}`, difference].filter((part) => part !== '').join('; ');
}
