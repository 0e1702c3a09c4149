import type { MeasuredValues, ShownMeasure } from '../inspection.js';

interface Compared {
  anchors: readonly { coder: string; group: string; measures: MeasuredValues }[];
}

/**
 * Name of the anchor that is best in a measure, on average over comparisons at equal bits: the one that is the hardest to beat.
 *
 * @param among the group that it is to be of; default any
 * @returns undefined where there is no such anchor
 */
export function strongestAnchor(
  comparisons: readonly Compared[],
  { key, better }: Pick<ShownMeasure, 'key' | 'better'>,
  among?: string,
): string | undefined {
  const sums = new Map<string, number>();
  for (const { anchors } of comparisons) {
    for (const { coder, group, measures } of anchors) {
      if (among !== undefined && group !== among) continue;
      const value = measures[key] ?? 0;
      sums.set(coder, (sums.get(coder) ?? 0) + (better === 'more' ? value : -value));
    }
  }
  const [best] = [...sums].sort(([, a], [, b]) => b - a);
  return best?.[0];
}
