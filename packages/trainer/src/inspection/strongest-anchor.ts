import type { MeasuredValues, ShownMeasure } from '@sandwich/inspector';

interface Compared {
  anchors: readonly { coder: string; measures: MeasuredValues }[];
}

/**
 * Name of the anchor that is best in a measure, on average over comparisons at equal bits: the one that is the hardest to beat.
 *
 * @returns undefined where there is no anchor
 */
export function strongestAnchor(
  comparisons: readonly Compared[],
  { key, better }: Pick<ShownMeasure, 'key' | 'better'>,
): string | undefined {
  const sums = new Map<string, number>();
  for (const { anchors } of comparisons) {
    for (const { coder, measures } of anchors) {
      const value = measures[key] ?? 0;
      sums.set(coder, (sums.get(coder) ?? 0) + (better === 'more' ? value : -value));
    }
  }
  const [best] = [...sums].sort(([, a], [, b]) => b - a);
  return best?.[0];
}
