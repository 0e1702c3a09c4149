import { paretoFront } from '@sandwich/evaluation';
import { writeFileAtomically } from '@sandwich/files';
import { textTable } from '../reports/text-table.js';
import { formats } from './codec-systems.js';
import { publishableCurve } from './curve-file.js';
import type { Curve, SystemResult } from './evaluate.js';
import { paretoFiles } from './evaluation-files.js';
import type { Measure } from './metric.js';
import { plotMeasure } from './plot-measure.js';
import { meanPsnrMeasure } from './psnr-metric.js';
import { bdNotes, bdQualityTable, gainTables, rateChangeTable } from './result-tables.js';
import { type BdRate, bdRatesOf, type EvaluationResults, gainsOf } from './results.js';

/** One of several runs around the same codec. */
export interface ComparedRun {
  /** What sets it apart from the others. */
  label: string;
  results: EvaluationResults;
}

/** A point of a front: a run at one of its settings. */
interface FrontPoint {
  run: string;
  setting: string;
  bpp: number;
  /** Of which more is better. */
  quality: number;
  /** Of every measure. */
  values: Record<string, number | null>;
}

/** What no other point of the runs beats in one measure. */
const frontOf = (runs: readonly ComparedRun[], { key, lessIsBetter }: Measure): FrontPoint[] =>
  paretoFront(
    runs.flatMap(({ label, results: { systems } }) => {
      const [{ settings, results }] = systems;
      return settings.flatMap((setting, i) => {
        const value = results[key]?.[i] ?? null;
        if (value === null) return [];
        const values = Object.fromEntries(Object.keys(results).map((name) => [name, results[name][i]]));
        return [{ run: label, setting, bpp: results.bpp[i], quality: lessIsBetter ? -value : value, values }];
      });
    }),
  );

const curveOfFront = (front: readonly FrontPoint[], keys: readonly string[]): Curve['results'] => ({
  bpp: front.map(({ bpp }) => bpp),
  ...Object.fromEntries(keys.map((key) => [key, front.map(({ values }) => values[key] ?? null)])),
});

const sources = (front: readonly FrontPoint[]) => front.map(({ run, setting }) => ({ run, setting }));

/** Each plain codec once, though runs that share it have all measured it. */
function plainCodecs(runs: readonly ComparedRun[]): SystemResult[] {
  const plain: SystemResult[] = [];
  const isSame = (a: SystemResult, b: SystemResult) => JSON.stringify(a.results) === JSON.stringify(b.results);
  for (const { label, results } of runs) {
    for (const system of results.systems.slice(1)) {
      const namesakes = plain.filter(({ name }) => name === system.name || name.startsWith(`${system.name}, of `));
      if (namesakes.some((other) => isSame(other, system))) continue;
      plain.push(namesakes.length === 0 ? system : { ...system, name: `${system.name}, of ${label}` });
    }
  }
  return plain;
}

/**
 * Joins the curves of several runs around one codec: every setting of every run is a point, and the points that no other one beats are
 * the curve of them all (Guleryuz et al., "Sandwiched compression", evaluation of the image models). A point may be on the front of one
 * measure and not on that of another. Writes the front, in CompressAI's schema, and a plot a measure.
 *
 * @param directory is there
 * @param curve its name and description
 * @returns tables and the paths of the files, to print
 */
export async function reportPareto(
  directory: string,
  { name, description }: Pick<Curve, 'name' | 'description'>,
  runs: readonly ComparedRun[],
  measures: readonly Measure[],
): Promise<string> {
  const [{ results: first }] = runs;
  const files = paretoFiles(directory, first.codecName);
  const anchors = [...plainCodecs(runs), ...first.compared];
  const fronts = measures.map((measure) => {
    const points = frontOf(runs, measure);
    return { measure, points, curve: { name, description, results: curveOfFront(points, [measure.key]) } };
  });
  const keys = measures.map(({ key }) => key);
  const best = frontOf(runs, meanPsnrMeasure);
  const curve = { name, description, results: curveOfFront(best, keys) };
  const [gain, ...furtherGains] = gainsOf([curve, ...plainCodecs(runs)], first.gain.range);
  const bdRate: BdRate[] = fronts.flatMap((front) => bdRatesOf([front.curve, ...anchors], [front.measure]));
  const pareto = {
    ...publishableCurve(curve),
    points: sources(best),
    fronts: Object.fromEntries(
      fronts.map(({ measure, points, curve: { results } }) => [measure.key, { results, points: sources(points) }]),
    ),
    runs: runs.map(({ label, results: { run, checkpoint, step } }) => ({ label, run, checkpoint, step })),
    gain,
    furtherGains,
    bdRate,
  };
  await writeFileAtomically(files.results, `${JSON.stringify(pareto, null, 2)}\n`);

  const plots: string[] = [];
  for (const { measure, curve: front } of fronts) {
    const curves = [
      { name: 'Pareto front', results: front.results },
      ...runs.map(({ label, results: { systems } }) => ({ name: label, results: systems[0].results })),
      ...anchors.map((anchor) => ({ ...anchor, dashed: true })),
    ];
    plots.push(...(await plotMeasure(name, curves, measure, (extension) => files.plot(extension, measure.key))));
  }
  const rows = best.map(({ run, setting, bpp, values }) => [
    run,
    setting,
    bpp.toFixed(3),
    ...measures.map(({ key, digits }) => values[key]?.toFixed(digits) ?? ''),
  ]);
  return [
    `Pareto front, ${formats[first.codecName]}\n${textTable(['run', 'setting', 'bpp', ...measures.map(({ label }) => label)], rows)}`,
    description,
    gainTables([gain, ...furtherGains]),
    rateChangeTable({ rateChange: [], bdRate }, measures),
    bdQualityTable(bdRate, measures),
    bdNotes(bdRate),
    [files.results, ...plots].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
