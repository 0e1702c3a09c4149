import { type Argument, shown } from './argument.js';

type Optional = Argument<number | undefined>;

interface Bounds {
  min?: number;
  max?: number;
}

/** More of anything than a computer can have. */
const MANY = 1e9;
const NO_NUMBERS = ['', ' ', 'abc', 'NaN', 'Infinity', '3x', '1,2'];

/** @throws Error when a text is no finite number that fits */
function toNumber(text: string, name: string, wanted: string, fits: (value: number) => boolean): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || !fits(value)) throw new Error(`${name} must be ${wanted}, got ${shown(text)}`);
  return value;
}

function toAtMost(value: number, name: string, max: number, text: string): number {
  if (value > max) throw new Error(`${name} must be at most ${max.toLocaleString('en')}, got ${shown(text)}`);
  return value;
}

/** How many of something: 1, 2, and so on, or from `min` on. */
export const count = (describe: string, { min = 1, max = MANY }: Bounds = {}): Optional => ({
  describe,
  placeholder: 'number',
  refused: [...NO_NUMBERS, '0', '-1', '1.5', '1e30', `${min - 1}`, `${max + 1}`],
  parse: (text, name) =>
    toAtMost(
      toNumber(
        text,
        name,
        min === 1 ? 'a positive integer' : `a whole number of at least ${min}`,
        (value) => Number.isInteger(value) && value >= min,
      ),
      name,
      max,
      text,
    ),
});

/** An integer of a range. */
export const integer = (describe: string, { min = 0, max = MANY }: Bounds = {}): Optional => ({
  describe,
  placeholder: 'number',
  refused: [...NO_NUMBERS, `${min - 1}`, `${min + 0.5}`, '1e30', `${max + 1}`],
  parse: (text, name) =>
    toNumber(
      text,
      name,
      `a whole number from ${min} to ${max.toLocaleString('en')}`,
      (value) => Number.isInteger(value) && value >= min && value <= max,
    ),
});

/** An amount above 0, or of at least `min`, whole or not. */
export const positive = (describe: string, { min, max = MANY }: Bounds = {}): Optional => ({
  describe,
  placeholder: 'number',
  refused: [...NO_NUMBERS, '0', '-0.5', '1e30', `${2 * max}`, ...(min === undefined ? [] : [`${0.99 * min}`])],
  parse: (text, name) =>
    toAtMost(
      toNumber(
        text,
        name,
        min === undefined ? 'positive' : `at least ${min}`,
        (value) => value > 0 && value >= (min ?? 0),
      ),
      name,
      max,
      text,
    ),
});

const LIST_REFUSED = ['', ',', '1,', ',1', '1,,2', '1,abc', '1,NaN', '1;2', '0', '-1', '1,1e30'];

function toNumbers(text: string, name: string): number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!numbers.every((value) => value > 0 && Number.isFinite(value))) {
    throw new Error(`${name} takes positive numbers with commas between, got '${text}'`);
  }
  return numbers;
}

/** Integers of a range, with commas between: rising, each once. */
export const integers = (describe: string, { min = 1, max = MANY }: Bounds = {}): Argument<number[] | undefined> => ({
  describe,
  placeholder: 'list',
  refused: [...LIST_REFUSED, `${min},${min + 0.5}`, `${max + 1}`],
  parse(text, name) {
    const numbers = toNumbers(text, name);
    const bad = numbers.find((value) => !Number.isInteger(value) || value < min || value > max);
    if (bad !== undefined) throw new Error(`${name} takes whole numbers of ${min} to ${max}, got ${bad}`);
    return [...new Set(numbers)].sort((a, b) => a - b);
  },
});

/** Positive numbers with commas between: rising, each once. */
export const positives = (describe: string, { max = MANY }: Bounds = {}): Argument<number[] | undefined> => ({
  describe,
  placeholder: 'list',
  refused: LIST_REFUSED,
  parse(text, name) {
    const numbers = toNumbers(text, name);
    const large = numbers.find((value) => value > max);
    if (large !== undefined)
      throw new Error(`${name} takes numbers of at most ${max.toLocaleString('en')}, got ${large}`);
    return [...new Set(numbers)].sort((a, b) => a - b);
  },
});

/** Two rising positive numbers with a comma between. */
export const range = (describe: string, { max = MANY }: Bounds = {}): Argument<[number, number] | undefined> => ({
  describe,
  placeholder: 'low,high',
  refused: [...LIST_REFUSED, '1', '1,1', '2,1', '1,2,3', `1,${2 * max}`],
  parse(text, name) {
    const [low, high, ...rest] = toNumbers(text, name);
    if (!(low < high) || rest.length > 0) {
      throw new Error(`${name} takes two rising rates, such as 0.3,1.2; got '${text}'`);
    }
    toAtMost(high, name, max, `${high}`);
    return [low, high];
  },
});
