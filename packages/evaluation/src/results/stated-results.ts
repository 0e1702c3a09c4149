import type { MeasureDescription } from '../measure.js';
import type { Results } from './results.js';

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
