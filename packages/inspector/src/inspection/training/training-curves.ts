import { readJsonl } from '@sandwich/files';
import type { TrainingCurve } from '../../inspection.js';
import { describeScalar } from './describe-scalar.js';

/** More points than this are averaged to this many: a page need not hold every step of a long training. */
const MOST_POINTS = 2000;
const DIGITS = 7;

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** Means of runs of neighbours, so that at most `most` values remain. */
export function thinned(values: readonly number[], most = MOST_POINTS): number[] {
  const length = Math.ceil(values.length / most);
  if (length <= 1) return [...values];
  return Array.from({ length: Math.ceil(values.length / length) }, (_, i) => {
    const run = values.slice(i * length, (i + 1) * length);
    return run.reduce((sum, value) => sum + value, 0) / run.length;
  });
}

/** The time at a step, linear between the steps of which it is known, and that of the first or last beyond them. */
function timeAt(step: number, known: readonly { step: number; seconds: number }[]): number {
  const next = known.findIndex((record) => record.step >= step);
  if (next <= 0) return known.at(next)?.seconds ?? 0;
  const [a, b] = [known[next - 1], known[next]];
  return a.seconds + ((step - a.step) / (b.step - a.step)) * (b.seconds - a.seconds);
}

/**
 * The scalars of `metrics.jsonl`, each over the steps.
 *
 * @returns the curves, and how many lines could not be read; neither when there is no such file
 */
export async function readTrainingCurves(path: string): Promise<{ curves: TrainingCurve[]; unreadable: number }> {
  const { records, unreadable } = await readJsonl(path);
  const timed = records.flatMap(({ step, seconds }) => (isNumber(seconds) ? [{ step, seconds }] : []));
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))].filter(
    (key) => key !== 'step' && key !== 'seconds',
  );
  const order = (key: string) => describeScalar(key).order;
  const curves = keys
    .sort((a, b) => order(a) - order(b))
    .flatMap((key) => {
      const own = records.filter((record) => isNumber(record[key]));
      if (own.length === 0) return [];
      const steps = own.map(({ step }) => step);
      const column = (values: number[]) => thinned(values).map(rounded);
      const { label, isMain, isExact } = describeScalar(key);
      return [
        {
          key,
          label,
          isMain,
          isExact,
          steps: column(steps),
          seconds: column(own.map(({ step, seconds }) => (isNumber(seconds) ? seconds : timeAt(step, timed)))),
          values: column(own.map((record) => record[key] as number)),
        },
      ];
    });
  return { curves, unreadable };
}
