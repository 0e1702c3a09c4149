import type { CodecName, CodecSettings } from '@sandwich/codecs';
import { bestQualityAt, type Gain, gainOver, logSpaced, rateAt } from '@sandwich/evaluation';
import { bdOverlap, bdPsnr, bdRate } from '@sandwich/losses';
import { type Curve, curveOf, type SystemResult } from './evaluate.js';
import type { Measure } from './metric.js';
import { meanPsnrMeasure, psnrMeasures } from './psnr-metric.js';

/** How the sandwich differs from an anchor on average, by Bjontegaard's method with PCHIP. */
export interface BdRate {
  anchor: string;
  /** Key of a measure. */
  measure: string;
  /** Bits needed more (positive) or fewer (negative), over all qualities that both reach; null where there is none. */
  percent: number | null;
  /** Difference of the measure, in its unit, over all rates that both reach: for PSNR, BD-PSNR in dB; null where there is none. */
  delta: number | null;
  /**
   * How much the curves have in common, 0 to 1, of the qualities over which `percent` is averaged and of the rates over which `delta` is;
   * null where one of them has no values. Results of older versions have none.
   */
  overlap?: { quality: number; rate: number } | null;
  /** Why there is none, or what to know about it. */
  notes: string[];
}

/** Gain of the sandwich over the better of the plain codecs of one name. */
export interface NamedGain {
  /** See `System`. */
  anchor: string;
  /** Key of the measure: mean PSNR, or PSNR of the mean error. */
  measure: string;
  range: readonly [number, number];
  /** dB; null where the curves have no common rates. */
  mean: number | null;
  /** At log-spaced rates. */
  at: Gain[];
}

/** Bits that the sandwich needs more or fewer than the better of the plain codecs of one name at the quality that those have at a rate. */
export interface RateChange {
  /** See `System`. */
  anchor: string;
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
  /** In mean PSNR over the better of the plain codecs at the size at which the sandwich codes. */
  gain: NamedGain;
  /** In PSNR of the mean error, and over the plain codecs at full size. Results of older versions have none. */
  furtherGains?: NamedGain[];
  bdRate: BdRate[];
  /** At log-spaced rates of the same range. */
  rateChange: RateChange[];
  /** The sandwich, then the plain codec. */
  systems: SystemResult[];
  /** Published curves that it was compared with. */
  compared: Curve[];
}

const PLAIN_CODEC = 'plain codec';

/** Curves of codecs without networks by the name of their anchor. */
function byAnchor<Plain extends Curve & { anchor?: string }>(plain: readonly Plain[]): [anchor: string, Plain[]][] {
  const names = plain.map(({ anchor = PLAIN_CODEC }) => anchor);
  return [...new Set(names)].map((name) => [name, plain.filter((_, i) => names[i] === name)]);
}

/** Gains of the first curve over the best of the others of each anchor: in mean PSNR against each, then in PSNR of the mean error. */
export function gainsOf(
  [sandwich, ...plain]: readonly (Curve & { anchor?: string })[],
  range: readonly [number, number],
): [NamedGain, ...NamedGain[]] {
  const gains = psnrMeasures.flatMap((measure) =>
    byAnchor(plain).map(([anchor, own]): NamedGain => {
      const curves = own.map((system) => curveOf(system, measure));
      const at = gainOver(curveOf(sandwich, measure), curves, range);
      const mean = at.length === 0 ? null : at.reduce((sum, { gain }) => sum + gain, 0) / at.length;
      return { anchor, measure: measure.key, range, mean, at };
    }),
  );
  return gains as [NamedGain, ...NamedGain[]];
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
        return { anchor: anchor.name, measure: key, percent: null, delta: null, overlap: null, notes: [NO_VALUES] };
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
        anchor: anchor.name,
        measure: key,
        percent,
        delta: better !== null && lessIsBetter ? -better : better,
        overlap: bdOverlap(...curves),
        notes: [...notes],
      };
    }),
  );
}

const RATES = 5;

/** The mean gain in each of the PSNRs over the plain codecs that `gain` is over, dB; null where there is none. */
export const meanGainsOf = ({ gain, furtherGains = [] }: EvaluationResults): { label: string; mean: number | null }[] =>
  psnrMeasures.map(({ key, label }) => {
    const found = [gain, ...furtherGains].find(
      ({ anchor, measure = meanPsnrMeasure.key }) => anchor === gain.anchor && measure === key,
    );
    return { label, mean: found?.mean ?? null };
  });

/** How the rate of the first system differs from that of the best of the others of each anchor at equal quality, at rates of the latter. */
export function rateChangesOf(
  [sandwich, ...plain]: readonly SystemResult[],
  measures: readonly Measure[],
  [low, high]: readonly [number, number],
): RateChange[] {
  return byAnchor(plain).flatMap(([anchor, own]) =>
    logSpaced(low, high, RATES).map((bpp) => ({
      anchor,
      bpp,
      percent: Object.fromEntries(
        measures.map((measure) => {
          const curves = own.map((system) => curveOf(system, measure));
          const quality = bestQualityAt(curves, bpp);
          const rate = quality === null ? null : rateAt(curveOf(sandwich, measure), quality);
          return [measure.key, rate === null ? null : 100 * (rate / bpp - 1)];
        }),
      ),
    })),
  );
}
