import type { Coder } from './coder.js';
import type { Curve } from './curves/curve.js';
import { describeMeasure, type Measure } from './measure.js';
import { type MeasuredCoder, measureCoders, type NamedItem } from './measure-coders.js';
import { bdRatesOf } from './results/bd-rates.js';
import { gainsOf } from './results/gains.js';
import { rateChangesOf } from './results/rate-changes.js';
import { type Circumstances, type CoderResults, groupOf, type Results } from './results/results.js';

/** A candidate and what it is compared with. */
export interface Compared<Item> extends Omit<Circumstances, 'items'> {
  candidate: Coder<Item>;
  /** In any order. */
  anchors: readonly Coder<Item>[];
  /** Group of the anchors that a user would choose instead. Default: that of all anchors, when there is one. */
  reference?: string;
}

/** What several comparisons have in common. */
export interface EvaluationOptions<Item> {
  /** Taken one at a time, once. */
  items: AsyncIterable<NamedItem<Item>> | Iterable<NamedItem<Item>>;
  /** In any order. */
  measures: readonly Measure<Item>[];
  /** Bits per pixel between which gains and rate changes are given. */
  range: readonly [low: number, high: number];
  /** Published curves to compare with. */
  compared?: readonly Curve[];
  /** Which items, for people. Default: how many. */
  description?: string;
  /** Called after every item. */
  onItem?(name: string): void;
}

const MOST_NAMED = 6;

/** @throws RangeError for names that are not told apart, or an unclear reference */
function checkedReference<Item>({ candidate, anchors, reference }: Compared<Item>): string | null {
  const names = [candidate, ...anchors].map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`evaluate: two coders are called '${twice}'`);
  const groups = [...new Set(anchors.map(groupOf))];
  if (reference !== undefined && !groups.includes(reference)) {
    throw new RangeError(
      `evaluate: no anchor is of the group '${reference}'; there are ${groups.join(', ') || 'none'}`,
    );
  }
  if (reference === undefined && groups.length > 1) {
    const named = groups.slice(0, MOST_NAMED).join(', ');
    throw new RangeError(`evaluate: say by 'reference' which of the groups ${named} a user would choose instead`);
  }
  return reference ?? groups[0] ?? null;
}

/** A measured coder as results hold it. */
const coderResults = <Item>(
  { name, description, key, group, networks, settings }: Coder<Item>,
  measured: MeasuredCoder,
): CoderResults => ({
  name,
  description,
  key,
  ...(group !== undefined && { group }),
  ...(networks !== undefined && { networks }),
  settings: [...settings],
  ...measured,
});

/**
 * Measures several candidates beside their anchors on the same items. Coders of one key are measured once, whoever names them.
 *
 * @returns results in the order of the comparisons
 * @throws RangeError for two coders of one name in a comparison, an unknown group, or no items
 */
export async function evaluateAll<Item>(
  comparisons: readonly Compared<Item>[],
  { items, measures, range, compared = [], description, onItem }: EvaluationOptions<Item>,
): Promise<Results[]> {
  const references = comparisons.map(checkedReference);
  const keys = measures.map(({ key }) => key);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) throw new RangeError(`evaluate: two measures have the key '${twice}'`);
  const coders = comparisons.flatMap(({ candidate, anchors }) => [candidate, ...anchors]);
  const measuredOf = await measureCoders(coders, { items, measures, onItem });
  const described = measures.map(describeMeasure);
  return comparisons.map(({ candidate: coder, anchors: others, reference: _, ...circumstances }, i) => {
    const candidate = coderResults(coder, measuredOf(coder));
    const anchors = others.map((anchor) => ({ group: groupOf(anchor), ...coderResults(anchor, measuredOf(anchor)) }));
    const { length } = candidate.items;
    return {
      version: 2,
      items: description ?? `${length} ${length === 1 ? 'item' : 'items'}`,
      ...circumstances,
      range,
      measures: described,
      reference: references[i],
      gains: gainsOf(candidate, anchors, measures, range),
      bdRates: bdRatesOf(candidate, [...anchors, ...compared], measures),
      rateChanges: rateChangesOf(candidate, anchors, measures, range),
      candidate,
      anchors,
      compared: [...compared],
    };
  });
}

/**
 * Measures a candidate beside its anchors: real bits per pixel and every measure, at every setting of each, over all items.
 *
 * @throws RangeError as `evaluateAll`
 * @example
 * const results = await evaluate({ candidate, anchors: [jpeg], items, measures: psnrMeasures, range: [0.3, 1.2] });
 * console.log(meanGain(results.gains, 'JPEG', 'psnr-rgb'));
 */
export async function evaluate<Item>(options: Compared<Item> & EvaluationOptions<Item>): Promise<Results> {
  const { items, measures, range, compared, description, onItem, ...comparison } = options;
  const [results] = await evaluateAll<Item>([comparison], { items, measures, range, compared, description, onItem });
  return results;
}
