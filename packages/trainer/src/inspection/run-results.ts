import { readFile } from 'node:fs/promises';
import type { MeasuredValues, RateCurve, ShownResults } from '@sandwich/inspector';
import { psnrMeasure, psnrOfMeanErrorMeasure } from '../evaluation/psnr-metric.js';
import type { EvaluationResults } from '../evaluation/results.js';
import { describeMeasures } from './describe-measures.js';

type Columns = Record<string, (number | null)[]>;
type Role = RateCurve['role'];

const numberOrNull = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

function curveOf(
  { name, description, settings = [] }: { name: string; description: string; settings?: readonly string[] },
  role: Role,
  columns: Columns,
  keys: readonly string[],
): RateCurve {
  const points = columns.bpp.map((bpp, i) => ({
    setting: settings[i] ?? '',
    bpp: bpp as number,
    estimatedBpp: numberOrNull(columns['bpp-estimated']?.[i]),
    measures: Object.fromEntries(keys.map((key) => [key, numberOrNull(columns[key]?.[i])])) as MeasuredValues,
  }));
  return { name, description, role, points: points.filter(({ bpp }) => bpp > 0).sort((a, b) => a.bpp - b.bpp) };
}

/** Results of one image, whose PSNR is that of its mean error as well. */
const columnsOf = (columns: Columns): Columns => ({
  ...columns,
  [psnrOfMeanErrorMeasure.key]: columns[psnrMeasure.key],
});

/** What the page shows of results that say no version: the first of their systems is the candidate, the others are anchors. */
function unversionedResults(evaluation: EvaluationResults): RunResults {
  const { systems, compared = [], step, checkpoint, images, codec, gain, furtherGains = [] } = evaluation;
  const keys = [...new Set(systems.flatMap(({ results }) => Object.keys(results)))].filter(
    (key) => !key.startsWith('bpp') && systems.some(({ results }) => results[key]?.some((value) => value !== null)),
  );
  const names = systems[0].images.map(({ image }) => image);
  const roleOf = (i: number): Role => (i === 0 ? 'candidate' : 'anchor');
  const mean: RateCurve[] = [
    ...systems.map((system, i) => curveOf(system, roleOf(i), system.results, keys)),
    ...compared.map((curve) => curveOf(curve, 'published', curve.results, keys)),
  ];
  const ofImage = (place: number): RateCurve[] =>
    systems.flatMap((system, i) => {
      const columns = system.images[place] as unknown as Columns | undefined;
      return columns ? [curveOf(system, roleOf(i), columnsOf(columns), keys)] : [];
    });
  return {
    step,
    itemNames: names,
    results: {
      description: `${images}; step ${step} (${checkpoint}); ${codec}; measured over RGB`,
      items: images,
      measures: describeMeasures(keys),
      sets: [
        { name: `Mean of ${images}`, curves: mean },
        ...(names.length > 1 ? names.map((name, i) => ({ name, curves: ofImage(i) })) : []),
      ],
      gains: [gain, ...furtherGains].map(({ anchor = 'plain codec', measure = psnrMeasure.key, range, mean }) => ({
        anchor,
        measure,
        range,
        mean,
      })),
      rateChanges: (evaluation.rateChange ?? []).map(({ anchor = 'plain codec', bpp, percent }) => ({
        anchor,
        bpp,
        percent,
      })),
      bdRates: evaluation.bdRate.map(({ anchor, measure, percent, delta = null, overlap = null, notes }) => ({
        anchor,
        measure,
        percent,
        delta,
        overlap,
        notes,
      })),
    },
  };
}

/** Results of a run, the step of its checkpoint and the names of the items that were measured. */
export interface RunResults {
  step: number;
  itemNames: string[];
  results: ShownResults;
}

/** @returns null where the run has not been evaluated, or why its results cannot be read */
export async function readRunResults(path: string): Promise<RunResults | string | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return (error as Error).message;
  }
  try {
    return unversionedResults(JSON.parse(text));
  } catch (error) {
    return (error as Error).message;
  }
}
