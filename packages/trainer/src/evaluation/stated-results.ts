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

const FLAT = /^flat (\d+)$/;

/** Quantiser steps of the flat tables at which the networks were measured; undefined where other settings were. */
export function statedSteps({ systems: [{ settings }] }: EvaluationResults): number[] | undefined {
  const steps = settings.map((setting) => Number(FLAT.exec(setting)?.[1]));
  return steps.every((step) => step > 0) ? steps : undefined;
}

/** What must be the same for two results to be one. */
const conditions = ({ systems: [{ images, settings }], gain, codec }: EvaluationResults) => ({
  images: images.map(({ image }) => image).join(' '),
  rates: gain.range.join(' to '),
  settings: settings.join(', '),
  codec,
});

/** The mean gain and Bjontegaard deltas by name, with their units. */
const numbersOf = ({
  gain,
  furtherGains = [],
  bdRate,
}: EvaluationResults): Record<string, { value: number | null; unit: string }> => ({
  'mean gain': { value: gain.mean, unit: 'dB' },
  ...Object.fromEntries(
    furtherGains.map(({ anchor, measure, mean }) => [`mean gain, ${measure}, ${anchor}`, { value: mean, unit: 'dB' }]),
  ),
  ...Object.fromEntries(
    bdRate.map(({ anchor, measure, percent }) => [`BD-rate, ${measure}, ${anchor}`, { value: percent, unit: '%' }]),
  ),
});

const DIGITS = 3;

/** Lines: each number that was stated, what was measured and the difference; or what was measured otherwise. */
export function comparedWithStated(stated: EvaluationResults, measured: EvaluationResults): string[] {
  const format = formats[measured.codecName];
  const [then, now] = [conditions(stated), conditions(measured)];
  const changed = (Object.keys(then) as (keyof typeof then)[]).filter((key) => then[key] !== now[key]);
  if (changed.length > 0) {
    const changes = changed.map((key) => `${key} ${then[key]} then, ${now[key]} now`);
    return [`${format}: not comparable with what is stated: ${changes.join('; ')}`];
  }
  const before = numbersOf(stated);
  return Object.entries(numbersOf(measured)).flatMap(([name, { value, unit }]) => {
    const old = before[name]?.value ?? null;
    if (value === null || old === null) return [];
    const texts = [old, value, value - old].map((number) => `${number.toFixed(DIGITS)} ${unit}`);
    return [`${format}, ${name}: stated ${texts[0]}, measured ${texts[1]}, difference ${texts[2]}`];
  });
}
