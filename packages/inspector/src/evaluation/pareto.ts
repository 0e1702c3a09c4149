import {
  anchorsOf,
  type BdRate,
  bdRatesOf,
  type CoderResults,
  type Columns,
  type Curve,
  gainsOf,
  groupsOf,
  type MeasureDescription,
  meanPsnr,
  paretoFront,
  publishableCurve,
  type Results,
} from '@sandwich/evaluation';
import { writeFileAtomically } from '@sandwich/files';
import { textTable } from '../reports/text-table.js';
import { paretoFiles } from './evaluation-files.js';
import { plotMeasure } from './plot-measure.js';
import { bdNotes, bdQualityTable, gainTables, headingOf, rateChangeTable } from './result-tables.js';

/** One of several runs around the same codec. */
export interface ComparedRun {
  /** What sets it apart from the others. */
  label: string;
  results: Results;
}

/** A point of a front: a run at one of its settings. */
interface FrontPoint {
  run: string;
  setting: string;
  bpp: number;
  /** The measure's value, negated where less is better. */
  quality: number;
  /** Values of every measure. */
  values: Record<string, number | null>;
}

/** What no other point of the runs beats in one measure. */
const frontOf = (runs: readonly ComparedRun[], { key, better }: MeasureDescription): FrontPoint[] =>
  paretoFront(
    runs.flatMap(({ label, results: { candidate } }) => {
      const { settings, results } = candidate;
      return settings.flatMap((setting, i) => {
        const value = results[key]?.[i] ?? null;
        if (value === null) return [];
        const values = Object.fromEntries(Object.keys(results).map((name) => [name, results[name][i]]));
        return [{ run: label, setting, bpp: results.bpp[i], quality: better === 'less' ? -value : value, values }];
      });
    }),
  );

const columnsOf = (front: readonly FrontPoint[], keys: readonly string[]): Columns => ({
  bpp: front.map(({ bpp }) => bpp),
  ...Object.fromEntries(keys.map((key) => [key, front.map(({ values }) => values[key] ?? null)])),
});

/** How many networks stand behind a front, those of the runs that have a point on it; undefined where a run's results do not say it. */
function networksOf(front: readonly FrontPoint[], runs: readonly ComparedRun[]): number | undefined {
  const behind = runs.filter(({ label }) => front.some(({ run }) => run === label));
  const counts = behind.map(({ results: { candidate } }) => candidate.networks);
  return counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0);
}

const sources = (front: readonly FrontPoint[]) => front.map(({ run, setting }) => ({ run, setting }));

/** Two anchors of one coder, measured at settings of which some differ, as one. */
function joined(a: CoderResults, b: CoderResults): CoderResults {
  const added = b.settings.flatMap((setting, i) => (a.settings.includes(setting) ? [] : [i]));
  const keys = Object.keys(a.results).filter((key) => key in b.results);
  const results = keys.map((key) => [key, [...a.results[key], ...added.map((i) => b.results[key][i])]]);
  return {
    ...a,
    settings: [...a.settings, ...added.map((i) => b.settings[i])],
    results: Object.fromEntries(results) as Columns,
  };
}

/** Each anchor once, though runs that share it have all measured it. */
function sharedAnchors(runs: readonly ComparedRun[]): CoderResults[] {
  const anchors: CoderResults[] = [];
  const isSame = (a: CoderResults, b: CoderResults) =>
    a.key !== undefined && b.key !== undefined
      ? a.key === b.key
      : JSON.stringify(a.results) === JSON.stringify(b.results);
  for (const { label, results } of runs) {
    for (const anchor of anchorsOf(results)) {
      const namesakes = anchors.filter(({ name }) => name === anchor.name || name.startsWith(`${anchor.name}, of `));
      const same = namesakes.find((other) => other.group === anchor.group && isSame(other, anchor));
      if (same) anchors[anchors.indexOf(same)] = joined(same, anchor);
      else anchors.push(namesakes.length === 0 ? anchor : { ...anchor, name: `${anchor.name}, of ${label}` });
    }
  }
  return anchors;
}

/**
 * Joins the curves of several runs around one codec: every setting of every run is a point, and the points that no other one beats are
 * the curve of them all (Guleryuz et al., "Sandwiched compression", evaluation of the image models). A point may be on the front of one
 * measure and not on that of another. Writes the front of mean PSNR (of another measure where none of it was measured),
 * in CompressAI's schema, those of the others beside it, and a plot a measure.
 *
 * @param directory is there
 * @param curve its name and description
 * @param runs measured over the same range
 * @returns tables and the paths of the files, to print
 */
export async function reportPareto(
  directory: string,
  { name, description }: Pick<Curve, 'name' | 'description'>,
  runs: readonly ComparedRun[],
): Promise<string> {
  const [{ results: first }] = runs;
  const { range, codec } = first;
  const measures = first.measures.filter(({ key }) => runs.every(({ results }) => key in results.candidate.results));
  const main = measures.find(({ key }) => key === meanPsnr.key) ?? measures[0];
  const files = paretoFiles(directory, codec?.name);
  const own = sharedAnchors(runs);
  const reference = groupsOf({ anchors: own, reference: first.reference })[0] ?? null;
  const anchors = [...own, ...first.compared];
  const fronts = measures.map((measure) => {
    const points = frontOf(runs, measure);
    return { measure, points, curve: { name, description, results: columnsOf(points, [measure.key]) } };
  });
  const best = frontOf(runs, main);
  const networks = networksOf(best, runs);
  const keys = measures.map(({ key }) => key);
  const curve = { name, description, results: columnsOf(best, keys) };
  const gains = fronts.flatMap((front) => gainsOf(front.curve, own, [front.measure], range));
  const bdRates: BdRate[] = fronts.flatMap((front) => bdRatesOf(front.curve, anchors, [front.measure]));
  const pareto = {
    ...publishableCurve(curve),
    measure: main.key,
    networks,
    points: sources(best),
    fronts: Object.fromEntries(
      fronts.map(({ measure, points, curve: { results } }) => [
        measure.key,
        { results, networks: networksOf(points, runs), points: sources(points) },
      ]),
    ),
    runs: runs.map(({ label, results: { run, checkpoint, step } }) => ({ label, run, checkpoint, step })),
    range,
    reference,
    gains,
    bdRates,
  };
  await writeFileAtomically(files.results, `${JSON.stringify(pareto, null, 2)}\n`);

  const plots: string[] = [];
  for (const { measure, curve: front } of fronts) {
    const curves = {
      ours: [
        { name: 'Pareto front', results: front.results },
        ...runs.map(({ label, results: { candidate } }) => ({ name: label, results: candidate.results })),
      ],
      others: anchors.map((anchor) => ({ ...anchor, dashed: true })),
    };
    plots.push(...(await plotMeasure(name, curves, measure, (extension) => files.plot(extension, measure.key))));
  }
  const rows = best.map(({ run, setting, bpp, values }) => [
    run,
    setting,
    bpp.toFixed(3),
    ...measures.map(({ key, digits }) => values[key]?.toFixed(digits) ?? ''),
  ]);
  const title = codec ? `Pareto front, ${codec.format}` : 'Pareto front';
  return [
    `${title}\n${textTable(['run', 'setting', 'bpp', ...measures.map(headingOf)], rows)}`,
    description,
    networks === undefined ? '' : `networks behind the front: ${networks}`,
    gainTables({ gains, measures, reference, anchors: own }),
    rateChangeTable({ rateChanges: [], bdRates, measures }),
    bdQualityTable({ bdRates, measures }),
    bdNotes(bdRates),
    [files.results, ...plots].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
