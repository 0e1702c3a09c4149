import { type CodecName, formats } from '@sandwich/codecs';
import type { Columns, Curve } from '../curves/curve.js';
import type { MeasureDescription } from '../measure.js';
import { knownMeasures } from '../measures/known-measures.js';
import { meanErrorPsnr, meanPsnr } from '../measures/psnr.js';
import type { BdRate } from './bd-rates.js';
import type { CoderResults, Results } from './results.js';

/** What results without a version hold: the candidate is the first system, what it is compared with are the others. */
interface FirstResults {
  run: string;
  checkpoint: string;
  step: number;
  images: string;
  bitDepth?: number;
  codecName?: CodecName;
  codec: string;
  codecSettings?: Record<string, string | number | boolean>;
  gain: FirstGain;
  furtherGains?: FirstGain[];
  bdRate?: (Omit<BdRate, 'overlap' | 'delta'> & Partial<Pick<BdRate, 'overlap' | 'delta'>>)[];
  rateChange?: { anchor?: string; bpp: number; percent: Record<string, number | null> }[];
  systems: (Curve & { settings: string[]; anchor?: string; images: ({ image: string } & Columns)[] })[];
  compared?: Curve[];
}

interface FirstGain {
  anchor?: string;
  measure?: string;
  range: readonly [number, number];
  mean: number | null;
  at: { bpp: number; quality: number; baseline: number; gain: number }[];
}

/** What all anchors are called in comparisons where it is not said. */
const GROUP = 'plain codec';

const isRate = (key: string): boolean => key.startsWith('bpp');

/** Measures of the columns of a curve, those that are not known by their keys. */
const measuresOf = (columns: Columns): MeasureDescription[] =>
  Object.keys(columns)
    .filter((key) => !isRate(key))
    .map((key) => knownMeasures.find((known) => known.key === key) ?? { key, label: key, better: 'more', digits: 4 });

/** A single picture has no other PSNR than that of its error. */
const ofItem = (columns: Columns): Columns =>
  columns[meanPsnr.key] ? { ...columns, [meanErrorPsnr.key]: columns[meanPsnr.key] } : columns;

const coderOf = ({ name, description, settings, results, images }: FirstResults['systems'][number]): CoderResults => ({
  name,
  description,
  settings,
  results,
  items: images.map(({ image, ...columns }) => ({ item: image, results: ofItem(columns as Columns) })),
});

/** Results of a version without a number as those of version 2. */
export function upgradeResults(first: FirstResults): Results {
  const [candidate, ...others] = first.systems;
  const { codecName = 'jpeg' } = first;
  const gains = [first.gain, ...(first.furtherGains ?? [])];
  return {
    version: 2,
    run: first.run,
    checkpoint: first.checkpoint,
    step: first.step,
    items: first.images,
    bitDepth: first.bitDepth ?? 8,
    codec: {
      name: codecName,
      format: formats[codecName],
      description: first.codec,
      settings: first.codecSettings ?? {},
    },
    range: first.gain.range,
    measures: measuresOf(candidate.results),
    reference: first.gain.anchor ?? GROUP,
    gains: gains.map(({ anchor, measure, range, mean, at }) => ({
      group: anchor ?? GROUP,
      measure: measure ?? meanPsnr.key,
      range,
      mean,
      at: at.map(({ bpp, quality, baseline, gain }) => ({ bpp, candidate: quality, anchor: baseline, gain })),
    })),
    bdRates: (first.bdRate ?? []).map((each) => ({ overlap: null, delta: null, ...each })),
    rateChanges: (first.rateChange ?? []).map(({ anchor, bpp, percent }) => ({
      group: anchor ?? GROUP,
      bpp,
      bits: Object.fromEntries(
        Object.entries(percent).map(([key, value]) => [key, value === null ? null : (bpp * value) / 100]),
      ),
      percent,
    })),
    candidate: coderOf(candidate),
    anchors: others.map((system) => ({ ...coderOf(system), group: system.anchor ?? GROUP })),
    compared: first.compared ?? [],
  };
}
