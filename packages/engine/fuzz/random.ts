import { tf } from '../src/index.js';

/** One call of an op on random arguments. */
export interface FuzzCase {
  /** The call in words, arguments included. */
  name: string;
  inputs: tf.TensorLike[];
  /** Types and shapes of the inputs. */
  shapes: number[][];
  types: tf.NumericDataType[];
  compute: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** Whether gradients are compared too. */
  differentiable: boolean;
  /** A kernel without which an engine is not asked. */
  needs?: string;
}

/** Makes a case; null where what was drawn does not fit together. */
export type Generator = (random: Random) => FuzzCase | null;

/** Random numbers from a seed: mulberry32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** From `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)];
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Sizes of axes; one in thirty is empty. */
  shape(least: number, most: number, largest = 4): number[] {
    return Array.from({ length: this.integer(least, most) }, () => (this.chance(0.03) ? 0 : this.integer(1, largest)));
  }

  /** Values of a type: floats have three digits, so that sums are exact enough to compare, and no two are equal. */
  values(shape: readonly number[], dtype: tf.NumericDataType, range = 3): number[] {
    const count = tf.util.sizeFromShape([...shape]);
    return Array.from({ length: count }, () => {
      if (dtype === 'bool') return this.integer(0, 1);
      if (dtype === 'int32') return this.integer(-range, range);
      return (this.next() * 2 - 1) * range;
    });
  }

  /** A permutation of 0 ... count - 1. */
  order(count: number): number[] {
    const left = Array.from({ length: count }, (_, i) => i);
    return Array.from({ length: count }, () => left.splice(this.integer(0, left.length - 1), 1)[0]);
  }
}

interface Given {
  shape: number[];
  dtype?: tf.NumericDataType;
  range?: number;
  /** In place of random ones. */
  values?: number[];
}

const FLOAT = 'float32';

/** Puts a case together. */
export function fuzzCase(
  random: Random,
  name: string,
  given: Given[],
  compute: FuzzCase['compute'],
  differentiable = given.every(({ dtype = FLOAT }) => dtype === FLOAT),
): FuzzCase {
  const listed = given.map(({ shape, dtype = FLOAT }) => `${dtype}[${shape}]`);
  return {
    name: `${name} of ${listed.join(', ')}`,
    inputs: given.map(({ shape, dtype = FLOAT, range, values }) => values ?? random.values(shape, dtype, range)),
    shapes: given.map(({ shape }) => shape),
    types: given.map(({ dtype = FLOAT }) => dtype),
    compute,
    differentiable,
  };
}
