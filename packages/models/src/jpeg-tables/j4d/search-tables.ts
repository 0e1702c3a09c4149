import { encodeJpeg, jpegScanSize, type QuantizationTables } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import type { Recogniser } from '../../classifiers/recogniser.js';
import { patternSearch } from '../../training/pattern-search.js';
import { fileTables } from '../file-tables.js';
import { almostRight, type Judgement, judgeTables, type TableFiles, tableFileOptions } from './judge-tables.js';
import type { ShapeParameter, TableFamily } from './table-family.js';

/** What tables are searched for, and how long. */
export interface TableSearchOptions<Shape extends Record<keyof Shape, number>> extends TableFiles {
  /** Among which tables: such as `lowPassFamily` and `rateDistortionFamily` make. */
  family: TableFamily<Shape>;
  recogniser: Recogniser;
  pictures: readonly Picture<Uint8Array>[];
  labels: ArrayLike<number>;
  /** Bits a pixel of the scan at which shapes are compared. */
  rate: number;
  /** Bits a pixel of the scan for which tables of the best shape are made. */
  rates: readonly number[];
  /** How many shapes are tried. */
  evaluations: number;
  /** Called after every shape, with how many pictures it was judged on. */
  onShape?(tried: number, best: { shape: Shape; value: number }, judged: number): void;
}

/** The best tables of a search. */
export interface SearchedTables<Shape> {
  shape: Shape;
  /** In the order of the rates. */
  tables: QuantizationTables[];
}

/** The numbers of a family's shapes in the order in which they are searched, as they are or by their logarithms. */
function searchSpace<Shape extends Record<keyof Shape, number>>({ parameters }: TableFamily<Shape>) {
  const entries = Object.entries(parameters) as [keyof Shape, ShapeParameter][];
  return {
    parameters: entries.map(([, { start, stride, range, log }]) => {
      const toPoint = (value: number) => (log ? Math.log(value) : value);
      return { start: toPoint(start), stride, range: range.map(toPoint) as [number, number] };
    }),
    toShape: (point: readonly number[]) =>
      Object.fromEntries(entries.map(([name, { log }], i) => [name, log ? Math.exp(point[i]) : point[i]])) as Shape,
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Pictures whose files' rate is measured, and how the files are written. */
interface RatedFiles extends TableFiles {
  pictures: readonly Picture<Uint8Array>[];
}

/** Mean bits a pixel of the scans. */
const scanRate = ({ pictures, ...files }: RatedFiles, tables: QuantizationTables): number =>
  mean(
    pictures.map((picture) => {
      const file = encodeJpeg(picture, { tables, ...tableFileOptions(files) });
      return (8 * jpegScanSize(file)) / (picture.width * picture.height);
    }),
  );

/** Tables as files hold them, by their step. */
type TablesAt = (step: number) => QuantizationTables;

/**
 * The step at which tables of a shape take a rate to within 1 %, or as near as whole steps allow, and the rate that they take there; by the
 * secant method in logarithms.
 */
function stepForRate(
  files: RatedFiles,
  tablesAt: TablesAt,
  { rate, guess, steps: [least, most] }: { rate: number; guess: number; steps: readonly [number, number] },
) {
  const rateOf = (step: number) => scanRate(files, tablesAt(step));
  let found = { step: guess, rate: rateOf(guess) };
  let slope = -0.8;
  for (let round = 0; round < 6 && Math.abs(found.rate / rate - 1) > 0.01; round++) {
    const step = Math.min(Math.max(found.step * (rate / found.rate) ** (1 / slope), least), most);
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

/** @throws RangeError for a rate that tables do not come near at any step, before any of them is judged */
function checkRates(
  files: RatedFiles,
  tablesAt: TablesAt,
  { rates, steps, shape }: { rates: readonly number[]; steps: readonly [number, number]; shape: object },
): void {
  const [most, least] = steps.map((step) => scanRate(files, tablesAt(step)));
  const bad = rates.find((rate) => rate < least / (1 + MISSED) || rate > most * (1 + MISSED));
  if (bad === undefined) return;
  throw new RangeError(
    `searchTables: tables of the first shape, ${JSON.stringify(shape)}, take ${least.toPrecision(3)} to ${most.toPrecision(3)} bits a pixel, and the rate is ${bad}`,
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
 * Searches the tables of a family with which a recogniser knows the most in real files of a rate: those of the largest mean of `almostRight`, by
 * `patternSearch`. Steps are whole, so files miss the rate a little; the difference counts at the price that a bit has at the start. A shape is judged
 * on a quarter of the pictures after the other, and given up after one by which it is worse than the best one so far by half a standard error
 * of the difference, picture by picture, at least 16 of them.
 *
 * @throws RangeError for a rate that tables of the first shape do not come near
 * @throws Error when a rate cannot be reached
 */
export async function searchTables<Shape extends Record<keyof Shape, number>>(
  options: TableSearchOptions<Shape>,
): Promise<SearchedTables<Shape>> {
  const { family, recogniser, pictures, labels, rate, rates, evaluations, onShape = () => {} } = options;
  const files: TableFiles = { trellis: options.trellis, subsampling: options.subsampling };
  const { parameters, toShape } = searchSpace(family);
  const first = toShape(parameters.map(({ start }) => start));
  const { steps } = family;
  const tablesOf =
    (shape: Shape): TablesAt =>
    (step) =>
      fileTables(family.tables(step, shape));
  const some: RatedFiles = { pictures: thinned(pictures), ...files };
  checkRates(some, tablesOf(first), { rates: [rate, ...rates], steps, shape: first });
  const parts = Array.from({ length: PARTS }, (_, part) => pictures.map((_, i) => i).filter((i) => i % PARTS === part));
  const judgePart = (part: readonly number[], tables: QuantizationTables) =>
    judgeTables(
      recogniser,
      part.map((i) => pictures[i]),
      part.map((i) => labels[i]),
      { tables: () => tables, ...files, judge: almostRight },
    );
  const judge = async (shape: Shape, step: number, givenUp: (judged: Judged) => boolean = () => false) => {
    const tables = tablesOf(shape)(step);
    const judged: Judged = { right: [], scanBpp: [] };
    for (const part of parts) {
      const { right, scanBpp } = await judgePart(part, tables);
      judged.right.push(...right);
      judged.scanBpp.push(...scanBpp);
      if (givenUp(judged)) break;
    }
    return judged;
  };

  let { step } = stepForRate(some, tablesOf(first), { rate, guess: 30, steps });
  const logRate = ({ scanBpp }: Judged) => Math.log(mean(scanBpp));
  const [finer, coarser] = [await judge(first, step / 1.1), await judge(first, step * 1.1)];
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
    parameters,
    async (candidate) => {
      const shape = toShape(candidate);
      const before = best;
      step = stepForRate(some, tablesOf(shape), { rate, guess: step, steps }).step;
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
    const found = stepForRate({ pictures, ...files }, tablesOf(shape), { rate: wanted, guess: step, steps });
    if (Math.abs(found.rate / wanted - 1) > MISSED) {
      throw new Error(
        `no tables of this shape take ${wanted} bits a pixel: the nearest ones take ${found.rate.toFixed(3)}`,
      );
    }
    return tablesOf(shape)(found.step);
  });
  return { shape, tables };
}
