/**
 * Pseudo-random numbers as a pure function of a seed and a position, so that any part of a run can be drawn again on
 * its own.
 *
 * Philox4x32-10, a counter-based generator: a block of four words is the encryption of a 128-bit counter under a
 * 64-bit key.
 * Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/** One Philox4x32-10 block: four unsigned 32-bit words from a counter of four words and a key of two. */
export function philox(counter: ArrayLike<number>, key: ArrayLike<number>): Uint32Array {
  const x = Uint32Array.from(counter);
  let key0 = key[0] >>> 0;
  let key1 = key[1] >>> 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, x[0]);
    const low0 = Math.imul(MULTIPLIER_0, x[0]);
    const high1 = multiplyHigh(MULTIPLIER_1, x[2]);
    const low1 = Math.imul(MULTIPLIER_1, x[2]);
    x[0] = high1 ^ x[1] ^ key0;
    x[1] = low1;
    x[2] = high0 ^ x[3] ^ key1;
    x[3] = low0;
    key0 = (key0 + WEYL_0) >>> 0;
    key1 = (key1 + WEYL_1) >>> 0;
  }
  return x;
}

/**
 * A stream of random numbers that depends on nothing but its seed and its place, three unsigned 32-bit integers such as
 * (batch, item, attempt). Streams of different places are independent.
 *
 * @example
 * const random = new Random(42, [batch, item, 0]);
 * const file = files[random.integer(files.length)];
 */
export class Random {
  readonly #key: [number, number];
  readonly #counter: [number, number, number, number];
  #block: Uint32Array = new Uint32Array(0);
  #used = 0;

  /**
   * @param seed an integer, 0 to 2^53 - 1
   * @throws RangeError if the seed is no such integer
   */
  constructor(seed: number, place: readonly [number, number, number] = [0, 0, 0]) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`Random: the seed must be an integer from 0 to 2^53 - 1, got ${seed}`);
    }
    this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32)];
    this.#counter = [0, ...place];
  }

  /** The next 32 random bits, as an unsigned integer. */
  bits(): number {
    if (this.#used === this.#block.length) {
      this.#block = philox(this.#counter, this.#key);
      this.#counter[0] += 1;
      this.#used = 0;
    }
    return this.#block[this.#used++];
  }

  /** A number from `low` (inclusive) to `high` (exclusive), evenly spread. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.bits() / 2 ** 32);
  }

  /** An integer from 0 to `count - 1`; with `count` below 2^20 no value is favoured by more than one part in 4096. */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** A normally distributed number (Box-Muller). */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform());
  }
}
