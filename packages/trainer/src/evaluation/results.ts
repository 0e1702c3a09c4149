import { bdRate } from '@sandwich/losses';
import { curveOf, type SystemResult } from './evaluate.js';
import type { Measure } from './metric.js';
import { bestQualityAt, type Gain, gainOver, logSpaced, rateAt } from './rate-curve.js';

/** Bits that the sandwich needs more (positive) or fewer (negative) than an anchor, over all qualities that both reach. */
export interface BdRate {
  anchor: string;
  /** Key of a measure. */
  measure: string;
  /** Bjontegaard delta rate by PCHIP; null where there is none. */
  percent: number | null;
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

/** What `results.json` holds. */
export interface EvaluationResults {
  run: string;
  checkpoint: string;
  step: number;
  images: string;
  /** Of the images, to which PSNR refers. */
  bitDepth: number;
  codec: string;
  /** Gain of the sandwich over the better of the plain codecs, at log-spaced rates. */
  gain: { range: readonly [number, number]; mean: number | null; at: Gain[] };
  bdRate: BdRate[];
  /** At log-spaced rates of the same range. */
  rateChange: RateChange[];
  systems: SystemResult[];
}

/** The gain of the first system over the best of the others. */
export function gainOf([sandwich, ...plain]: readonly SystemResult[], range: readonly [number, number]) {
  const at = gainOver(
    curveOf(sandwich),
    plain.map((system) => curveOf(system)),
    range,
  );
  const mean = at.length === 0 ? null : at.reduce((sum, { gain }) => sum + gain, 0) / at.length;
  return { range, mean, at };
}

/** Bjontegaard delta rate of the first system against each of the others in each measure. */
export function bdRatesOf([sandwich, ...plain]: readonly SystemResult[], measures: readonly Measure[]): BdRate[] {
  return plain.flatMap((anchor) =>
    measures.map((measure) => {
      const notes: string[] = [];
      let percent: number | null = null;
      try {
        const onWarning = (note: string) => notes.push(note);
        percent = bdRate(curveOf(anchor, measure), curveOf(sandwich, measure), { method: 'pchip', onWarning });
      } catch (error) {
        notes.push((error as Error).message);
      }
      return { anchor: anchor.name, measure: measure.key, percent, notes };
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

const fixed = (value: number | null, digits: number): string => (value === null ? '' : value.toFixed(digits));
const signed = (value: number | null): string =>
  value === null ? '-' : `${value > 0 ? '+' : ''}${value.toFixed(1)} %`;

/** Rows of every point of every curve: system, setting, real bpp, estimated bpp, measures. */
export const pointRows = (systems: readonly SystemResult[], measures: readonly Measure[]): string[][] =>
  systems.flatMap(({ name, settings, results }) =>
    settings.map((setting, i) => [
      name,
      setting,
      fixed(results.bpp[i], 3),
      fixed(results['bpp-estimated'][i], 3),
      ...measures.map(({ key, digits }) => fixed(results[key][i], digits)),
    ]),
  );

export const pointHeader = (measures: readonly Measure[]): string[] => [
  'system',
  'setting',
  'bpp',
  'estimated',
  ...measures.map(({ label }) => label),
];

/** Rows of the gain at each rate, the mean last. */
export const gainRows = ({ at, mean }: EvaluationResults['gain']): string[][] => [
  ...at.map(({ bpp, quality, baseline, gain }) => [
    fixed(bpp, 3),
    fixed(quality, 2),
    fixed(baseline, 2),
    fixed(gain, 2),
  ]),
  ['mean', '', '', fixed(mean, 2)],
];

export const gainHeader = ['bpp', 'sandwich dB', 'plain codec dB', 'gain dB'];

/** Rows of the change of the rate at equal quality: at each rate of the plain codec, then BD-rate against each anchor. */
export const rateChangeRows = (
  { rateChange, bdRate }: Pick<EvaluationResults, 'rateChange' | 'bdRate'>,
  measures: readonly Measure[],
): string[][] => [
  ...rateChange.map(({ bpp, percent }) => [
    `plain codec at ${fixed(bpp, 3)} bpp`,
    ...measures.map(({ key }) => signed(percent[key])),
  ]),
  ...[...new Set(bdRate.map(({ anchor }) => anchor))].map((name) => [
    `BD-rate, ${name}`,
    ...measures.map(({ key }) =>
      signed(bdRate.find(({ anchor, measure }) => anchor === name && measure === key)?.percent ?? null),
    ),
  ]),
];

export const rateChangeHeader = (measures: readonly Measure[]): string[] => [
  'bits at equal quality',
  ...measures.map(({ label }) => label.replace(' dB', '')),
];
