import { bdOverlap, bdPsnr, bdRate, type RatePoint } from '@sandwich/losses';
import { type Curve, curveOf } from '../curves/curve.js';
import type { MeasureDescription } from '../measure.js';

/** How the candidate differs from an anchor on average, by Bjontegaard's method with PCHIP. */
export interface BdRate {
  /** Name of the curve. */
  anchor: string;
  /** Key of a measure. */
  measure: string;
  /** Bits needed more (positive) or fewer (negative), over all qualities that both reach; null where there is none. */
  percent: number | null;
  /** Difference of the measure, in its unit, over all rates that both reach: for PSNR, BD-PSNR in dB; null where there is none. */
  delta: number | null;
  /**
   * How much the curves have in common, 0 to 1, of the qualities over which `percent` is averaged and of the rates over which `delta` is;
   * null where one of them has no values, or results of an older version do not say it.
   */
  overlap: { quality: number; rate: number } | null;
  /** Why there is none, or what to know about it. */
  notes: string[];
}

/** The note on a measure that one of the curves lacks. */
export const NO_VALUES = 'one of the curves has no values';

/** A curve without the points that it has twice, as of a coder that is saturated. */
const distinct = (curve: readonly RatePoint[]): RatePoint[] =>
  curve.filter(({ bpp, quality }, i) => curve.findIndex((each) => each.bpp === bpp && each.quality === quality) === i);

function bdRateOf(candidate: Pick<Curve, 'results'>, anchor: Curve, measure: MeasureDescription): BdRate {
  const named = { anchor: anchor.name, measure: measure.key };
  const curves = [distinct(curveOf(anchor, measure)), distinct(curveOf(candidate, measure))] as const;
  if (curves.some(({ length }) => length === 0)) {
    return { ...named, percent: null, delta: null, overlap: null, notes: [NO_VALUES] };
  }
  const notes = new Set<string>();
  const delta = (compute: typeof bdRate): number | null => {
    // The overlap is a figure of its own.
    const onWarning = (note: string) => notes.add(note);
    const options = { method: 'pchip', minimumOverlap: 0, onWarning } as const;
    try {
      return compute(...curves, options);
    } catch (error) {
      notes.add((error as Error).message);
      return null;
    }
  };
  const percent = delta(bdRate);
  const better = delta(bdPsnr);
  return {
    ...named,
    percent,
    delta: better !== null && measure.better === 'less' ? -better : better,
    overlap: bdOverlap(...curves),
    notes: [...notes],
  };
}

/** Bjontegaard deltas of a curve against each of others in each measure. */
export const bdRatesOf = (
  candidate: Pick<Curve, 'results'>,
  anchors: readonly Curve[],
  measures: readonly MeasureDescription[],
): BdRate[] => anchors.flatMap((anchor) => measures.map((measure) => bdRateOf(candidate, anchor, measure)));
