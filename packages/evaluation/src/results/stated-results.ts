import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MeasureDescription } from '../measure.js';
import { readResults } from './read-results.js';
import type { Results } from './results.js';

/** What an evaluation of trained networks has found, as it lies beside them. */
export interface StatedResults {
  /** Name of the file: `results.json`, else `results-<codec>.json`, or with another set of items behind. */
  file: string;
  results: Results;
}

const STATED = /^results(-[a-z0-9-]+)?\.json$/;

/**
 * Reads all results that are stated in a folder of trained networks, those with the shortest names of files first.
 *
 * @throws Error naming a file that holds no results, or those of a later version
 */
export async function readStatedResults(folder: string): Promise<StatedResults[]> {
  const files = (await readdir(folder)).filter((file) => STATED.test(file));
  const stated: StatedResults[] = [];
  for (const file of files.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    const results = await readResults(join(folder, file));
    if (results) stated.push({ file, results });
  }
  return stated;
}

/**
 * What is stated around a codec on some items; where it is on none but others, the first around that codec.
 *
 * @param codec its name; results that name none count as those of JPEG
 * @param items their names
 */
export function statedOn(
  stated: readonly StatedResults[],
  codec: string,
  items: readonly string[],
): Results | undefined {
  const around = stated.map(({ results }) => results).filter((results) => (results.codec?.name ?? 'jpeg') === codec);
  const named = (names: readonly string[]) => names.join('\n');
  return around.find(({ candidate }) => named(candidate.items.map(({ item }) => item)) === named(items)) ?? around[0];
}

/** What must be the same for two results to be one. */
const conditions = ({ candidate: { items, settings }, range, codec }: Results) => ({
  items: items.map(({ item }) => item).join(' '),
  rates: range.join(' to '),
  settings: settings.join(', '),
  codec: codec?.description ?? '',
});

interface Figure {
  value: number | null;
  unit: string;
}

const unitOf = (measures: readonly MeasureDescription[], key: string): string =>
  measures.find((measure) => measure.key === key)?.unit ?? '';

/** Mean gains and Bjontegaard deltas by name. */
const figuresOf = ({ gains, bdRates, measures }: Results): Record<string, Figure> => ({
  ...Object.fromEntries(
    gains.map(({ group, measure, mean }): [string, Figure] => [
      `mean gain, ${measure}, ${group}`,
      { value: mean, unit: unitOf(measures, measure) },
    ]),
  ),
  ...Object.fromEntries(
    bdRates.map(({ anchor, measure, percent }): [string, Figure] => [
      `BD-rate, ${measure}, ${anchor}`,
      { value: percent, unit: '%' },
    ]),
  ),
});

const DIGITS = 3;

/** Lines: each figure that was stated, what was measured and the difference; or what was measured otherwise. */
export function comparedWithStated(stated: Results, measured: Results): string[] {
  const [then, now] = [conditions(stated), conditions(measured)];
  const changed = (Object.keys(then) as (keyof typeof then)[]).filter((key) => then[key] !== now[key]);
  if (changed.length > 0) {
    const changes = changed.map((key) => `${key} ${then[key]} then, ${now[key]} now`);
    return [`not comparable with what is stated: ${changes.join('; ')}`];
  }
  const before = figuresOf(stated);
  return Object.entries(figuresOf(measured)).flatMap(([name, { value, unit }]) => {
    const old = before[name]?.value ?? null;
    if (value === null || old === null) return [];
    const texts = [old, value, value - old].map((number) => `${number.toFixed(DIGITS)} ${unit}`.trim());
    return [`${name}: stated ${texts[0]}, measured ${texts[1]}, difference ${texts[2]}`];
  });
}
