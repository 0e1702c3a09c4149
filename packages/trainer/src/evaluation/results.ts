import type { CodecName, CodecSettings } from '@sandwich/codecs';
import { bdPsnr, bdRate } from '@sandwich/losses';
import { type Curve, curveOf, type SystemResult } from './evaluate.js';
import type { Measure } from './metric.js';
import { bestQualityAt, type Gain, gainOver, logSpaced, rateAt } from './rate-curve.js';

/** How the sandwich differs from an anchor on average, by Bjontegaard's method with PCHIP. */
export interface BdRate {
  anchor: string;
  /** Key of a measure. */
  measure: string;
  /** Bits needed more (positive) or fewer (negative), over all qualities that both reach; null where there is none. */
  percent: number | null;
  /** Difference of the measure, in its unit, over all rates that both reach: for PSNR, BD-PSNR in dB; null where there is none. */
  delta: number | null;
  /** Why there is none, or what to know about it. */
  notes: string[];
}

/** Bits that the sandwich needs more or fewer than the better of the plain codecs at the quality that those have at a rate. */
export interface RateChange {
  /** Of the plain codec. */
  bpp: number;
  /** By the key of the measure; null where the sandwich was not measured at that quality. */
  percent: Record<string, number | null>;
}

/** What `results.json` holds: a run around one codec, measured at one of its checkpoints. */
export interface EvaluationResults {
  run: string;
  checkpoint: string;
  step: number;
  images: string;
  /** Of the images, to which PSNR refers. */
  bitDepth: number;
  codecName: CodecName;
  /** The codec and how the bottleneck lies in its files, for people. */
  codec: string;
  /** Versions and settings, all but what `settings` of the systems say. */
  codecSettings: CodecSettings;
  /** Gain of the sandwich over the better of the plain codecs, at log-spaced rates. */
  gain: { range: readonly [number, number]; mean: number | null; at: Gain[] };
  bdRate: BdRate[];
  /** At log-spaced rates of the same range. */
  rateChange: RateChange[];
  /** The sandwich, then the plain codec. */
  systems: SystemResult[];
  /** Published curves that it was compared with. */
  compared: Curve[];
}

/** The gain of the first curve over the best of the others. */
export function gainOf([sandwich, ...plain]: readonly Curve[], range: readonly [number, number]) {
  const at = gainOver(
    curveOf(sandwich),
    plain.map((system) => curveOf(system)),
    range,
  );
  const mean = at.length === 0 ? null : at.reduce((sum, { gain }) => sum + gain, 0) / at.length;
  return { range, mean, at };
}

/** The note on a measure that one of the curves lacks. */
export const NO_VALUES = 'one of the curves has no values';

/** Bjontegaard deltas of the first curve against each of the others in each measure. */
export function bdRatesOf([sandwich, ...anchors]: readonly Curve[], measures: readonly Measure[]): BdRate[] {
  return anchors.flatMap((anchor) =>
    measures.map((measure) => {
      const { key, lessIsBetter } = measure;
      const curves = [curveOf(anchor, measure), curveOf(sandwich, measure)] as const;
      if (curves.some(({ length }) => length === 0)) {
        return { anchor: anchor.name, measure: key, percent: null, delta: null, notes: [NO_VALUES] };
      }
      const notes = new Set<string>();
      const delta = (compute: typeof bdRate): number | null => {
        const options = { method: 'pchip', onWarning: (note: string) => notes.add(note) } as const;
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
        anchor: anchor.name,
        measure: key,
        percent,
        delta: better !== null && lessIsBetter ? -better : better,
        notes: [...notes],
      };
    }),
  );
}

const RATES = 5;

/** How the rate of the first system differs from that of the best of the others at equal quality, at rates of the latter. */
export function rateChangesOf(
  [sandwich, ...plain]: readonly SystemResult[],
  measures: readonly Measure[],
  [low, high]: readonly [number, number],
): RateChange[] {
  return logSpaced(low, high, RATES).map((bpp) => ({
    bpp,
    percent: Object.fromEntries(
      measures.map((measure) => {
        const quality = bestQualityAt(
          plain.map((system) => curveOf(system, measure)),
          bpp,
        );
        const rate = quality === null ? null : rateAt(curveOf(sandwich, measure), quality);
        return [measure.key, rate === null ? null : 100 * (rate / bpp - 1)];
      }),
    ),
  }));
}
