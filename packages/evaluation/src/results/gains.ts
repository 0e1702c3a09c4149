import { type Curve, curveOf } from '../curves/curve.js';
import { gainOver } from '../curves/rate-curve.js';
import type { MeasureDescription } from '../measure.js';
import { groupOf } from './results.js';

/** Values of a measure at a rate, and by how much the candidate is better (positive) or worse. */
export interface GainAt {
  bpp: number;
  candidate: number;
  /** Value of the best anchor of the group. */
  anchor: number;
  gain: number;
}

/** Gain of the candidate over the best anchor of a group. */
export interface GroupGain {
  group: string;
  /** Key of the measure, in whose unit gains are. */
  measure: string;
  range: readonly [low: number, high: number];
  /** Positive where the candidate is better; null where the curves have no common rates. */
  mean: number | null;
  /** At log-spaced rates. */
  at: GainAt[];
}

/** Curves by what they are called in comparisons. */
export function byGroup<Anchor extends { name: string; group?: string }>(
  anchors: readonly Anchor[],
): [group: string, Anchor[]][] {
  const groups = [...new Set(anchors.map(groupOf))];
  return groups.map((group) => [group, anchors.filter((anchor) => groupOf(anchor) === group)]);
}

/** Gains of a curve over the best of others of each group, in each measure. */
export const gainsOf = (
  candidate: Pick<Curve, 'results'>,
  anchors: readonly (Curve & { group?: string })[],
  measures: readonly MeasureDescription[],
  range: readonly [low: number, high: number],
): GroupGain[] =>
  byGroup(anchors).flatMap(([group, own]) =>
    measures.map((measure): GroupGain => {
      const value = (quality: number) => (measure.better === 'less' ? -quality : quality);
      const curves = own.map((anchor) => curveOf(anchor, measure));
      const at = gainOver(curveOf(candidate, measure), curves, range).map(({ bpp, quality, baseline, gain }) => ({
        bpp,
        candidate: value(quality),
        anchor: value(baseline),
        gain,
      }));
      const mean = at.length === 0 ? null : at.reduce((sum, { gain }) => sum + gain, 0) / at.length;
      return { group, measure: measure.key, range, mean, at };
    }),
  );

/** The mean gain over a group in a measure, in its unit; null where there is none. */
export const meanGain = (gains: readonly GroupGain[], group: string | null, measure: string): number | null =>
  gains.find((gain) => gain.group === group && gain.measure === measure)?.mean ?? null;
