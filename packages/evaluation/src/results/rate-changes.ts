import { type Curve, curveOf } from '../curves/curve.js';
import { bestQualityAt, logSpaced, rateAt } from '../curves/rate-curve.js';
import type { MeasureDescription } from '../measure.js';
import { byGroup } from './gains.js';

/** Bits that the candidate needs more or fewer at the quality that the best anchor of a group has at a rate. */
export interface RateChange {
  group: string;
  /** Bits per pixel of the anchor. */
  bpp: number;
  /** Bits per pixel by which the candidate's file is larger (positive) or smaller, by the key of the measure. */
  bits: Record<string, number | null>;
  /** The same in per cent of the anchor's; null where the candidate was not measured at that quality. */
  percent: Record<string, number | null>;
}

const RATES = 5;

/** How the rate of a curve differs from that of the best of others of each group at equal quality, at rates of the latter. */
export const rateChangesOf = (
  candidate: Pick<Curve, 'results'>,
  anchors: readonly (Curve & { group?: string })[],
  measures: readonly MeasureDescription[],
  [low, high]: readonly [low: number, high: number],
): RateChange[] =>
  byGroup(anchors).flatMap(([group, own]) =>
    logSpaced(low, high, RATES).map((bpp) => {
      const changes = measures.map(({ key, ...measure }) => {
        const curves = own.map((anchor) => curveOf(anchor, { key, ...measure }));
        const quality = bestQualityAt(curves, bpp);
        return [key, quality === null ? null : rateAt(curveOf(candidate, { key, ...measure }), quality)] as const;
      });
      const by = (change: (rate: number) => number) =>
        Object.fromEntries(changes.map(([key, rate]) => [key, rate === null ? null : change(rate)]));
      return { group, bpp, bits: by((rate) => rate - bpp), percent: by((rate) => 100 * (rate / bpp - 1)) };
    }),
  );
