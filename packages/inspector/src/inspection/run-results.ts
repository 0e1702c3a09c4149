import { anchorsOf, type Columns, type Curve, type Results, readResults } from '@sandwich/evaluation';
import type { MeasuredValues, RateCurve, ShownResults } from '../inspection.js';

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

const columnKeys = (curves: readonly Curve[]): string[] => [
  ...new Set(
    curves.flatMap(({ results }) => Object.keys(results).filter((key) => results[key].some((value) => value !== null))),
  ),
];

/** What the page shows of results. */
function shownResults(evaluation: Results): RunResults {
  const { candidate, compared, step = 0, checkpoint, items, codec, gains, rateChanges, bdRates } = evaluation;
  const anchors = anchorsOf(evaluation);
  const coders = [candidate, ...anchors];
  const measured = columnKeys(coders);
  const measures = evaluation.measures.filter(({ key }) => measured.includes(key));
  const keys = measures.map(({ key }) => key);
  const roleOf = (coder: Curve): Role => (coder === candidate ? 'candidate' : 'anchor');
  const mean: RateCurve[] = [
    ...coders.map((coder) => curveOf(coder, roleOf(coder), coder.results, keys)),
    ...compared.map((curve) => curveOf(curve, 'published', curve.results, keys)),
  ];
  const names = candidate.items.map(({ item }) => item);
  const ofItem = (name: string): RateCurve[] =>
    coders.flatMap((coder) => {
      const found = coder.items.find(({ item }) => item === name);
      return found ? [curveOf(coder, roleOf(coder), found.results, keys)] : [];
    });
  const of = [items, checkpoint && `step ${step} (${checkpoint})`, codec?.description, 'measured over RGB'];
  return {
    step,
    itemNames: names,
    results: {
      description: of.filter(Boolean).join('; '),
      items,
      measures,
      sets: [
        { name: `Mean of ${items}`, curves: mean },
        ...(names.length > 1 ? names.map((name) => ({ name, curves: ofItem(name) })) : []),
      ],
      gains: gains
        .filter(({ measure }) => keys.includes(measure))
        .map(({ group, measure, range, mean }) => ({ anchor: group, measure, range, mean })),
      rateChanges: rateChanges.map(({ group, bpp, percent }) => ({ anchor: group, bpp, percent })),
      bdRates,
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
  try {
    const results = await readResults(path);
    return results ? shownResults(results) : null;
  } catch (error) {
    return (error as Error).message;
  }
}
