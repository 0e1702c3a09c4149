import type { QuantizationTables, Subsampling } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import type { Recogniser } from '../../classifiers/recogniser.js';
import {
  accuracyAt,
  accuracyDifference,
  type CountedBits,
  type Estimate,
  envelope,
  gainAtRate,
  type JudgedCurve,
  rateShareAtLoss,
} from './accuracy-curve.js';
import { type Judgement, judgePictures, judgeTables, type TableChoice } from './judge-tables.js';
import { type DrawnHardness, sampledCoefficients } from './sampled-levels.js';
import {
  type AnchorTables,
  fixedAnchors,
  rampAnchor,
  rampShapes,
  type TableAnchor,
  tableAnchors,
} from './table-anchors.js';
import type { TablePoint } from './table-point.js';

/** A point of a curve as results hold it: means over the pictures. */
export interface AccuracyPoint {
  name: string;
  /** Bits a pixel of whole files, the mean of each picture's. */
  bpp: number;
  /** The same without headers. */
  scanBpp: number;
  /** Share of pictures that are recognised. */
  accuracy: number;
  /** The same by class; empty where there are more than 20. */
  byClass: number[];
}

/** A point whose levels are drawn. */
export interface SampledPoint extends AccuracyPoint {
  /** How much more accurate it is than with rounded levels, as a share of the pictures. */
  gain: Estimate;
}

/** What learned tables are like for a recogniser, beside tables that need no learning. */
export interface TableAccuracy {
  recogniser: string;
  pictures: string;
  /** Accuracy on the pictures themselves. */
  uncompressed: number;
  /** Squared steps that were worth a bit where levels were searched. */
  trellis?: number;
  /** Chroma of the learned tables' files. */
  subsampling: Subsampling;
  /** Names of the classes by which points have their accuracies; empty where there are more than 20. */
  classes: string[];
  points: (AccuracyPoint & TablePoint)[];
  /** Levels drawn instead of rounded, where that was asked for. */
  sampled: SampledPoint[];
  anchors: { name: string; points: AccuracyPoint[] }[];
  comparisons: TableComparison[];
}

/** Learned tables against an anchor. */
export interface TableComparison {
  anchor: string;
  /** Whether headers count. */
  bits: CountedBits;
  /** Gains of accuracy, a share, by the rate at which. */
  gains: (Estimate & { at: string })[];
  /** Bits as a share of the anchor's, by the accuracy that is lost against the pictures themselves. */
  shares: (Estimate & { loss: number })[];
}

/** What is judged, and how. */
export interface TableAccuracyOptions {
  recogniser: Recogniser;
  /** For people. */
  description: string;
  pictures: readonly Picture<Uint8Array>[];
  labels: Int32Array;
  /** Names of the classes; their numbers by default. */
  classes?: readonly string[];
  points: readonly TablePoint[];
  /** Hardness by which levels are drawn for `sampled`; none by default. */
  sample?: DrawnHardness;
  /**
   * Squared steps that are worth a bit: the levels of the learned tables' files are searched, and anchors are judged with rounded levels and with searched
   * ones. Excludes `sample`. Default: levels are rounded.
   */
  trellis?: number;
  /** Chroma of the learned tables' files; default 4:4:4, the only one with `sample`. Anchors have their own. */
  subsampling?: Subsampling;
  /** What the tables are compared with; all of `tableAnchors` by default. */
  anchors?: readonly TableAnchor[];
  /** Qualities of Annex K's tables. */
  qualities?: readonly number[];
  /** Hears of every curve that has been measured. */
  onCurve?(name: string): void;
}

/** Losses of accuracy at which bits are compared. */
const LOSSES = [0.01, 0.03];
const RATE = 0.5;
const MOST_CLASSES = 20;

/**
 * Judges learned tables on real files. With folds, picture i is coded by the tables that were learned without fold i mod folds, so that every picture
 * is judged once by tables that never saw it; the best ramp is chosen on the other folds.
 */
export async function tableAccuracy(options: TableAccuracyOptions): Promise<TableAccuracy> {
  const { recogniser, pictures, labels, points, sample, trellis, subsampling = '4:4:4', onCurve = () => {} } = options;
  const { anchors: asked = tableAnchors } = options;
  const folds = points[0].tables.length;
  const judge = (tables: readonly QuantizationTables[], more: Partial<TableChoice>) =>
    judgeTables(recogniser, pictures, labels, { tables: (place) => tables[place % tables.length], ...more });
  const uncompressed = judgePictures(recogniser, pictures, labels);
  const curveOf = async (name: string, each: readonly TablePoint[], more: Partial<TableChoice>) => {
    const curve: Judgement[] = [];
    for (const { tables } of each) curve.push(await judge(tables, more));
    onCurve(name);
    return curve;
  };
  const learned = await curveOf('learned tables', points, { trellis, subsampling });
  const levels = (picture: Picture<Uint8Array>, tables: QuantizationTables, place: number) =>
    sampledCoefficients(picture, tables, sample!, place);
  const sampled = sample === undefined ? [] : await curveOf('sampled', points, { levels });
  const anchors: { name: string; names: string[]; curve: JudgedCurve }[] = [];
  for (const search of trellis === undefined ? [{}] : [{}, { trellis }]) {
    const named = (name: string) => ('trellis' in search ? `${name}, searched levels` : name);
    const curveOfAnchor = ({ name, subsampling, points: fixed }: AnchorTables) =>
      curveOf(
        named(name),
        fixed.map((point) => ({ name: point.name, tables: [point.tables] })),
        { subsampling, ...search },
      );
    for (const anchor of fixedAnchors(asked, options.qualities)) {
      const names = anchor.points.map((point) => point.name);
      anchors.push({ name: named(anchor.name), names, curve: await curveOfAnchor(anchor) });
    }
    if (asked.includes('ramp')) {
      const ramps: JudgedCurve[] = [];
      for (const shape of rampShapes) ramps.push(await curveOfAnchor(rampAnchor(shape)));
      const names = rampAnchor(rampShapes[0]).points.map(({ name }) => name);
      anchors.push({ name: named('best ramp'), names, curve: bestRampCurve(ramps, folds) });
    }
  }

  const described = (names: readonly string[], curve: JudgedCurve) =>
    curve.map((judged, i) => describePoint(names[i], judged, labels));
  const pointNames = points.map(({ name }) => name);
  return {
    recogniser: recogniser.name,
    pictures: options.description,
    uncompressed: mean(uncompressed),
    trellis,
    subsampling,
    classes: judgedClasses(labels).map((label) => options.classes?.[label] ?? `${label}`),
    points: described(pointNames, learned).map((point, i) => ({ ...point, tables: points[i].tables })),
    sampled: described(pointNames, sampled).map((point, i) => ({
      ...point,
      gain: accuracyDifference(sampled[i], learned[i]),
    })),
    anchors: anchors.map(({ name, names, curve }) => ({ name, points: described(names, curve) })),
    comparisons: anchors.flatMap(({ name, names, curve }) =>
      (['scanBpp', 'bpp'] as const).map((bits) => ({
        anchor: name,
        bits,
        gains: [
          ...names.map((at, i) => ({ at, ...gainAtRate(learned, curve, curve[i], bits) })),
          { at: `${RATE} bpp`, ...gainAtRate(learned, curve, RATE, bits) },
        ].filter(({ value }) => !Number.isNaN(value)),
        shares: LOSSES.map((loss) => ({ loss, ...rateShareAtLoss(learned, curve, uncompressed, loss, bits) })),
      })),
    ),
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Labels by which accuracies are shown. */
function judgedClasses(labels: Int32Array): number[] {
  const classes = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  return Array.from({ length: classes > MOST_CLASSES ? 0 : classes }, (_, label) => label);
}

function describePoint(name: string, { right, bpp, scanBpp }: Judgement, labels: Int32Array): AccuracyPoint {
  const byClass = judgedClasses(labels).map((label) => mean(right.filter((_, i) => labels[i] === label)));
  return { name, bpp: mean(bpp), scanBpp: mean(scanBpp), accuracy: mean(right), byClass };
}

/** For each fold the ramp that is the most accurate on the others, over rates that all have. */
function bestRampCurve(ramps: readonly JudgedCurve[], folds: number): JudgedCurve {
  const places = ramps[0][0].right.map((_, i) => i);
  const best = Array.from({ length: folds }, (_, fold) => {
    const seen = folds > 1 ? places.filter((i) => i % folds !== fold) : places;
    const curves = ramps.map((curve) => envelope(curve, seen, 'scanBpp'));
    const low = Math.max(...curves.map((points) => points[0].rate));
    const high = Math.min(...curves.map((points) => points[points.length - 1].rate));
    const rates = Array.from({ length: 20 }, (_, i) => low * (high / low) ** ((i + 0.5) / 20));
    const scores = curves.map((points) => mean(rates.map((rate) => accuracyAt(points, rate))));
    return ramps[scores.indexOf(Math.max(...scores))];
  });
  return ramps[0].map((_, point) => {
    const at = (key: keyof Judgement) => places.map((i) => best[i % folds][point][key][i]);
    return { right: at('right'), bpp: at('bpp'), scanBpp: at('scanBpp') };
  });
}
