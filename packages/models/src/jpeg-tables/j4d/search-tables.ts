import { encodeJpeg, jpegScanSize, type QuantizationTables } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import type { Recogniser } from '../../classifiers/recogniser.js';
import { patternSearch } from '../../training/pattern-search.js';
import { fileTables } from '../file-tables.js';
import { almostRight, judgeTables } from './judge-tables.js';
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
  /** Called after every shape. */
  onShape?(tried: number, best: { shape: LowPassShape; value: number }): void;
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

const toParameter = (name: Name, value: number) => (PARAMETERS[name].log ? Math.log(value) : value);
const toShape = (point: readonly number[]) =>
  Object.fromEntries(
    NAMES.map((name, i) => [name, PARAMETERS[name].log ? Math.exp(point[i]) : point[i]]),
  ) as unknown as LowPassShape;

/** Mean bits a pixel of the scans. */
function scanRate(pictures: readonly Picture<Uint8Array>[], tables: QuantizationTables): number {
  const rates = pictures.map((picture) => {
    const file = encodeJpeg(picture, { tables, subsampling: '4:4:4', optimizeHuffman: true });
    return (8 * jpegScanSize(file)) / (picture.width * picture.height);
  });
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}

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

/** Every fourth picture, at least 8 of them: enough to find the step for a rate. */
const thinned = <T>(pictures: readonly T[]) =>
  pictures.filter((_, i) => i % Math.min(4, Math.ceil(pictures.length / 8)) === 0);

/**
 * Searches the low-pass tables with which a recogniser knows the most in real files of a rate: those of the largest mean of `almostRight`, by
 * `patternSearch`. Steps are whole, so files miss the rate a little; the difference counts at the price that a bit has at the start.
 *
 * @throws Error when a rate cannot be reached
 */
export async function searchTables(options: TableSearchOptions): Promise<SearchedTables> {
  const { recogniser, pictures, labels, rate, rates, evaluations, onShape = () => {} } = options;
  const some = thinned(pictures);
  const measure = async (shape: LowPassShape, step: number) => {
    const tables = fileTables(lowPassTables(step, shape));
    const { right, scanBpp } = await judgeTables(recogniser, pictures, labels, {
      tables: () => tables,
      judge: almostRight,
    });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return { right: mean(right), logRate: Math.log(mean(scanBpp)) };
  };

  const start = NAMES.map((name) => toParameter(name, PARAMETERS[name].start));
  let { step } = stepForRate(some, toShape(start), rate, 30);
  const [finer, coarser] = [await measure(toShape(start), step / 1.1), await measure(toShape(start), step * 1.1)];
  const price = (finer.right - coarser.right) / (finer.logRate - coarser.logRate);
  const { point } = await patternSearch(
    NAMES.map((name, i) => {
      const { stride, range } = PARAMETERS[name];
      return { start: start[i], stride, range: range.map((end) => toParameter(name, end)) as [number, number] };
    }),
    async (candidate) => {
      const shape = toShape(candidate);
      step = stepForRate(some, shape, rate, step).step;
      const { right, logRate } = await measure(shape, step);
      return right - price * (logRate - Math.log(rate));
    },
    { evaluations, onValue: (tried, best) => onShape(tried, { shape: toShape(best.point), value: best.value }) },
  );
  const shape = toShape(point);
  const tables = rates.map((wanted) => {
    const found = stepForRate(pictures, shape, wanted, step);
    if (Math.abs(found.rate / wanted - 1) > 0.1) {
      throw new Error(
        `no tables of this shape take ${wanted} bits a pixel: the nearest ones take ${found.rate.toFixed(3)}`,
      );
    }
    return fileTables(lowPassTables(found.step, shape));
  });
  return { shape, tables };
}
