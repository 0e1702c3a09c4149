import { setImmediate } from 'node:timers/promises';
import type { Coder } from './coder.js';
import type { Column, Columns } from './curves/curve.js';
import type { Measure } from './measure.js';
import type { ItemResults } from './results/results.js';

/** An item, and how it is called in results. */
export interface NamedItem<Item> {
  name: string;
  item: Item;
}

/** A coder's curve, and what it is made of. */
export interface MeasuredCoder {
  results: Columns;
  items: ItemResults[];
}

/** An item at a setting. */
interface Point {
  bpp: number;
  estimated: number | null;
  /** What each measure needs of it, in the order of the measures. */
  needs: (number[] | null)[];
}

/** How many pixels of outputs are kept until they are measured together, which shares what measures compute of the item itself. */
const PIXELS_AT_ONCE = 2 ** 24;

/**
 * One item at the settings of all coders, of each key and setting once.
 *
 * @returns points by key, then by setting
 * @throws Error when a coder leaves out a setting that it was asked for
 */
async function measureItem<Item>(
  coders: readonly Coder<Item>[],
  item: Item,
  measures: readonly Measure<Item>[],
): Promise<Map<string, Map<string, Point>>> {
  const byKey = new Map(coders.map(({ key }) => [key, new Map<string, Point>()]));
  let waiting: { point: Point; output: Item }[] = [];
  let waitingPixels = 0;
  const measureWaiting = async () => {
    const outputs = waiting.map(({ output }) => output);
    for (const measure of measures) {
      const needs = await measure.perItem(item, outputs);
      for (const [i, { point }] of waiting.entries()) point.needs.push(needs[i]);
    }
    waiting = [];
    waitingPixels = 0;
  };
  for (const coder of coders) {
    const points = byKey.get(coder.key)!;
    const asked = [...coder.settings.keys()].filter((index) => !points.has(coder.settings[index]));
    if (asked.length === 0) continue;
    const pixels = coder.pixels(item);
    for await (const { setting, bits, estimatedBits, output } of coder.code(item, asked)) {
      const estimated = estimatedBits === undefined ? null : estimatedBits / pixels;
      const point: Point = { bpp: bits / pixels, estimated, needs: [] };
      points.set(coder.settings[setting], point);
      waiting.push({ point, output });
      waitingPixels += pixels;
      if (waitingPixels >= PIXELS_AT_ONCE) await measureWaiting();
      await setImmediate();
    }
    const missing = asked.find((index) => !points.has(coder.settings[index]));
    if (missing !== undefined)
      throw new Error(`${coder.name} was asked for ${coder.settings[missing]} and left it out`);
  }
  if (waiting.length > 0) await measureWaiting();
  return byKey;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Curves of points of several items; null where there is no value for one of them. */
function columnsOf<Item>(
  settings: readonly string[],
  measures: readonly Measure<Item>[],
  items: readonly Map<string, Point>[],
): Columns {
  const column = (value: (points: Point[]) => number | null): Column =>
    settings.map((setting) => value(items.map((points) => points.get(setting)!)));
  const estimate = (points: Point[]): number | null => {
    const estimates = points.map(({ estimated }) => estimated);
    return estimates.includes(null) ? null : mean(estimates as number[]);
  };
  return {
    bpp: column((points) => mean(points.map(({ bpp }) => bpp))) as number[],
    'bpp-estimated': column(estimate),
    ...Object.fromEntries(
      measures.map((measure, m) => [
        measure.key,
        column((points) => {
          const needs = points.map((point) => point.needs[m]);
          return needs.includes(null) ? null : finite(measure.aggregate(needs as number[][]));
        }),
      ]),
    ),
  };
}

/** @throws RangeError when two settings of a coder are called the same */
function checkSettings<Item>({ name, settings }: Coder<Item>): void {
  const twice = settings.find((setting, i) => settings.indexOf(setting) !== i);
  if (twice !== undefined) throw new RangeError(`evaluate: two settings of ${name} are called '${twice}'`);
}

/**
 * Sends items, one at a time, through coders, and measures what comes out. Of coders of one key, each setting is measured once.
 *
 * @returns what was measured, by coder
 * @throws RangeError when there are no items, or items or settings that are not told apart
 */
export async function measureCoders<Item>(
  coders: readonly Coder<Item>[],
  {
    items,
    measures,
    onItem = () => {},
  }: {
    items: AsyncIterable<NamedItem<Item>> | Iterable<NamedItem<Item>>;
    measures: readonly Measure<Item>[];
    onItem?(name: string): void;
  },
): Promise<(coder: Coder<Item>) => MeasuredCoder> {
  for (const coder of coders) checkSettings(coder);
  const distinct = [...new Set(coders)];
  const names: string[] = [];
  const byKey = new Map<string, Map<string, Point>[]>(coders.map(({ key }) => [key, []]));
  for await (const { name, item } of items) {
    if (names.includes(name)) throw new RangeError(`evaluate: two items are called '${name}'`);
    for (const [key, points] of await measureItem(distinct, item, measures)) byKey.get(key)!.push(points);
    names.push(name);
    onItem(name);
  }
  if (names.length === 0) throw new RangeError('evaluate: there are no items');
  return ({ key, settings }) => {
    const points = byKey.get(key)!;
    return {
      results: columnsOf(settings, measures, points),
      items: points.map((each, i) => ({ item: names[i], results: columnsOf(settings, measures, [each]) })),
    };
  };
}
