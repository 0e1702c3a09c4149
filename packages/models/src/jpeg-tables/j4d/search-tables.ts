import { encodeJpeg, jpegScanSize, type QuantizationTables } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import type { Recogniser } from '../../classifiers/recogniser.js';
import { patternSearch } from '../../training/pattern-search.js';
import { fileTables } from '../file-tables.js';
import { almostRight, type Judgement, judgeTables } from './judge-tables.js';
import { type LowPassShape, lowPassTables } from './low-pass-tables.js';

/** What tables are searched for, and how long. */
export interface TableSearchOptions {
  recogniser: Recogniser;
  pictures: readonly Picture<Uint8Array>[];
  labels: ArrayLike<number>;
  /** Bits a pixel of the scan at which shapes are compared. */
  rate: number;
  /** Bits a pixel of the scan for which tables of the best shape are made. */
  rates: readonly number[];
  /** How many shapes are tried. */
  evaluations: number;
  /** Luma's radius of the shape that is tried first, 1 to 10. Default 4.5. */
  radius?: number;
  /** Called after every shape, with how many pictures it was judged on. */
  onShape?(tried: number, best: { shape: LowPassShape; value: number }, judged: number): void;
}

/** The best tables of a search. */
export interface SearchedTables {
  shape: LowPassShape;
  /** In the order of the rates. */
  tables: QuantizationTables[];
}

type Name = keyof LowPassShape;

/** Factors and slopes are searched by their logarithms, radii as they are. Beyond the ranges nothing changes, or nothing is left of a picture. */
const PARAMETERS: Record<Name, { start: number; stride: number; range: readonly [number, number]; log?: boolean }> = {
  radius: { start: 4.5, stride: 1.2, range: [1, 10] },
  chromaRadius: { start: 2.5, stride: 1.2, range: [0, 10] },
  slope: { start: 0.1, stride: 0.7, range: [0.01, 2], log: true },
  chroma: { start: 1.5, stride: 0.35, range: [0.1, 10], log: true },
  chromaSlope: { start: 0.3, stride: 0.7, range: [0.01, 4], log: true },
  dc: { start: 1, stride: 0.35, range: [0.1, 10], log: true },
  chromaDc: { start: 1, stride: 0.35, range: [0.1, 10], log: true },
};
const NAMES = Object.keys(PARAMETERS) as Name[];

/** Luma's radii that a search may start from. */
export const searchedRadii = { min: PARAMETERS.radius.range[0], max: PARAMETERS.radius.range[1] };

const toParameter = (name: Name, value: number) => (PARAMETERS[name].log ? Math.log(value) : value);
const toShape = (point: readonly number[]) =>
  Object.fromEntries(
    NAMES.map((name, i) => [name, PARAMETERS[name].log ? Math.exp(point[i]) : point[i]]),
  ) as unknown as LowPassShape;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean bits a pixel of the scans. */
const scanRate = (pictures: readonly Picture<Uint8Array>[], tables: QuantizationTables): number =>
  mean(
    pictures.map((picture) => {
      const file = encodeJpeg(picture, { tables, subsampling: '4:4:4', optimizeHuffman: true });
      return (8 * jpegScanSize(file)) / (picture.width * picture.height);
    }),
  );

/**
 * The step, 1 to 255, at which tables of a shape take a rate to within 1 %, or as near as whole steps allow, and the rate that they take there; by the
 * secant method in logarithms.
 */
function stepForRate(pictures: readonly Picture<Uint8Array>[], shape: LowPassShape, rate: number, guess: number) {
  const rateOf = (step: number) => scanRate(pictures, fileTables(lowPassTables(step, shape)));
  let found = { step: guess, rate: rateOf(guess) };
  let slope = -0.8;
  for (let round = 0; round < 6 && Math.abs(found.rate / rate - 1) > 0.01; round++) {
    const step = Math.min(Math.max(found.step * (rate / found.rate) ** (1 / slope), 1), 255);
    if (step === found.step) break;
    const next = { step, rate: rateOf(step) };
    const measured = Math.log(next.rate / found.rate) / Math.log(next.step / found.step);
    if (measured < -0.2) slope = Math.max(measured, -2);
    found = next;
  }
  return found;
}

/** How far files may miss a rate. */
const MISSED = 0.1;

/** @throws RangeError for a rate that no step of the first shape comes near, before any shape is judged */
function checkRates(pictures: readonly Picture<Uint8Array>[], shape: LowPassShape, rates: readonly number[]): void {
  const [least, most] = [255, 1].map((step) => scanRate(pictures, fileTables(lowPassTables(step, shape))));
  const bad = rates.find((rate) => rate < least / (1 + MISSED) || rate > most * (1 + MISSED));
  if (bad === undefined) return;
  throw new RangeError(
    `searchTables: tables of the first shape, of radius ${shape.radius}, take ${least.toPrecision(3)} to ${most.toPrecision(3)} bits a pixel, and the rate is ${bad}`,
  );
}

/** Parts in which pictures are judged, by turns: after each of them a shape may be given up. */
const PARTS = 4;
/**
 * A shape is given up that is worse than the best one by so many standard errors of the difference, picture by picture. Most shapes are no better: with
 * half an error, many of them are given up after a quarter, and one that is better by a whole error in the end rarely is.
 */
const GIVEN_UP = 0.5;
/** Fewer pictures than these say nothing of what chance does. */
const FEWEST = 16;

/** How right a recogniser is about pictures, and what their scans take, bits a pixel; of all of them, or of as many as were judged. */
type Judged = Pick<Judgement, 'right' | 'scanBpp'>;

/** Whether what is worth less by `advantage`, a negative mean over the first pictures, should be given up. */
function isUnlikelyBetter(candidate: Judged, best: Judged, advantage: number): boolean {
  if (candidate.right.length < FEWEST) return false;
  const differences = candidate.right.map((right, i) => right - best.right[i]);
  const centre = mean(differences);
  const variance = mean(differences.map((difference) => (difference - centre) ** 2));
  return advantage < -GIVEN_UP * Math.sqrt(variance / differences.length);
}

/** Every fourth picture, at least 8 of them: enough to find the step for a rate. */
const thinned = <T>(pictures: readonly T[]) =>
  pictures.filter((_, i) => i % Math.min(4, Math.ceil(pictures.length / 8)) === 0);

/**
 * Searches the low-pass tables with which a recogniser knows the most in real files of a rate: those of the largest mean of `almostRight`, by
 * `patternSearch`. Steps are whole, so files miss the rate a little; the difference counts at the price that a bit has at the start. A shape is judged
 * on a quarter of the pictures after the other, and given up after one by which it is worse than the best one so far by half a standard error
 * of the difference, picture by picture, at least 16 of them.
 *
 * @throws RangeError for a radius out of range, or a rate that tables of the first shape do not come near
 * @throws Error when a rate cannot be reached
 */
export async function searchTables(options: TableSearchOptions): Promise<SearchedTables> {
  const { recogniser, pictures, labels, rate, rates, evaluations, onShape = () => {} } = options;
  const { radius = PARAMETERS.radius.start } = options;
  const { min, max } = searchedRadii;
  if (!(radius >= min && radius <= max)) {
    throw new RangeError(`searchTables: radius must be ${min} to ${max}, got ${radius}`);
  }
  const some = thinned(pictures);
  const start = NAMES.map((name) => toParameter(name, name === 'radius' ? radius : PARAMETERS[name].start));
  checkRates(some, toShape(start), [rate, ...rates]);
  const parts = Array.from({ length: PARTS }, (_, part) => pictures.map((_, i) => i).filter((i) => i % PARTS === part));
  const judgePart = (part: readonly number[], tables: QuantizationTables) =>
    judgeTables(
      recogniser,
      part.map((i) => pictures[i]),
      part.map((i) => labels[i]),
      { tables: () => tables, judge: almostRight },
    );
  const judge = async (shape: LowPassShape, step: number, givenUp: (judged: Judged) => boolean = () => false) => {
    const tables = fileTables(lowPassTables(step, shape));
    const judged: Judged = { right: [], scanBpp: [] };
    for (const part of parts) {
      const { right, scanBpp } = await judgePart(part, tables);
      judged.right.push(...right);
      judged.scanBpp.push(...scanBpp);
      if (givenUp(judged)) break;
    }
    return judged;
  };

  let { step } = stepForRate(some, toShape(start), rate, 30);
  const logRate = ({ scanBpp }: Judged) => Math.log(mean(scanBpp));
  const [finer, coarser] = [await judge(toShape(start), step / 1.1), await judge(toShape(start), step * 1.1)];
  const price = (mean(finer.right) - mean(coarser.right)) / (logRate(finer) - logRate(coarser));
  const worth = (judged: Judged) => mean(judged.right) - price * (logRate(judged) - Math.log(rate));

  let best: Judged | undefined;
  let judgedPictures = 0;
  /** By how much the value of those that were judged is above that of the best shape for the same pictures. */
  const advantageOf = (judged: Judged, over: Judged) => {
    const count = judged.right.length;
    return worth(judged) - worth({ right: over.right.slice(0, count), scanBpp: over.scanBpp.slice(0, count) });
  };
  const { point } = await patternSearch(
    NAMES.map((name, i) => {
      const { stride, range } = PARAMETERS[name];
      return { start: start[i], stride, range: range.map((end) => toParameter(name, end)) as [number, number] };
    }),
    async (candidate) => {
      const shape = toShape(candidate);
      const before = best;
      step = stepForRate(some, shape, rate, step).step;
      const judged = await judge(
        shape,
        step,
        (soFar) => before !== undefined && isUnlikelyBetter(soFar, before, advantageOf(soFar, before)),
      );
      judgedPictures = judged.right.length;
      if (before === undefined) {
        best = judged;
        return worth(judged);
      }
      const advantage = advantageOf(judged, before);
      if (judgedPictures === pictures.length && advantage > 0) best = judged;
      return worth(before) + advantage;
    },
    {
      evaluations,
      onValue: (tried, { point, value }) => onShape(tried, { shape: toShape(point), value }, judgedPictures),
    },
  );
  const shape = toShape(point);
  const tables = rates.map((wanted) => {
    const found = stepForRate(pictures, shape, wanted, step);
    if (Math.abs(found.rate / wanted - 1) > MISSED) {
      throw new Error(
        `no tables of this shape take ${wanted} bits a pixel: the nearest ones take ${found.rate.toFixed(3)}`,
      );
    }
    return fileTables(lowPassTables(found.step, shape));
  });
  return { shape, tables };
}
