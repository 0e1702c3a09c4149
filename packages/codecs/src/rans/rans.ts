/** The distribution of integers for an entropy coder: `cdf[i]` to `cdf[i + 1]` is `lowest + i`; the last interval is an escape for all others. */
export interface IntegerDistribution {
  /** Cumulative frequencies, from 0 to 2^16, strictly increasing. */
  cdf: Uint32Array;
  /** The integer of the first interval. */
  lowest: number;
}

/** Symbols are coded by so many bits of precision, escaped ones in pieces of four bits. */
const PRECISION = 16;
const PIECE = 4;
const LARGEST_PIECE = 2 ** PIECE - 1;
/** The state is at least this. */
const LEAST = 2n ** 31n;
const WORD = 0xffffffffn;
const SHIFT = BigInt(PRECISION);

/** The pieces of an integer that has no interval: twice its distance beyond the last, or twice that below the first less one, in pieces, after their number. */
function escapePieces(value: number, beyond: number): number[] {
  let rest = BigInt(value < 0 ? -2 * value - 1 : 2 * (value - beyond));
  const pieces: number[] = [];
  for (; rest > 0n; rest >>= BigInt(PIECE)) pieces.push(Number(rest & BigInt(LARGEST_PIECE)));
  const count: number[] = [];
  let left = pieces.length;
  for (; left >= LARGEST_PIECE; left -= LARGEST_PIECE) count.push(LARGEST_PIECE);
  return [...count, left, ...pieces];
}

/**
 * Codes integers by a range asymmetric numeral system of 64 bits (Duda, 2013; Giesen's `rans64`), into the bytes that CompressAI makes of them.
 *
 * @param symbols integers of 32 bits
 * @param distributionOf the index of the distribution of each symbol, by its place
 * @example
 * const bytes = ransEncode(levels, (i) => i % channels, await prior.integerCdfs());
 * ransDecode(bytes, levels.length, (i) => i % channels, await prior.integerCdfs()); // equals levels
 */
export function ransEncode(
  symbols: Int32Array,
  distributionOf: (place: number) => number,
  distributions: readonly IntegerDistribution[],
): Uint8Array {
  const words: number[] = [];
  let state = LEAST;
  const makeRoom = (range: bigint) => {
    if (state < ((LEAST >> SHIFT) << 32n) * range) return;
    words.push(Number(state & WORD));
    state >>= 32n;
  };
  // Decoded is what was coded last, so the last symbol comes first.
  for (let i = symbols.length - 1; i >= 0; i--) {
    const { cdf, lowest } = distributions[distributionOf(i)];
    const beyond = cdf.length - 2;
    const value = symbols[i] - lowest;
    const inside = value >= 0 && value < beyond;
    if (!inside) {
      for (const piece of escapePieces(value, beyond).reverse()) {
        makeRoom(1n << BigInt(PRECISION - PIECE));
        state = (state << BigInt(PIECE)) | BigInt(piece);
      }
    }
    const at = inside ? value : beyond;
    const range = BigInt(cdf[at + 1] - cdf[at]);
    makeRoom(range);
    state = ((state / range) << SHIFT) + (state % range) + BigInt(cdf[at]);
  }
  words.push(Number(state >> 32n), Number(state & WORD));
  const bytes = Buffer.alloc(4 * words.length);
  for (const [i, word] of words.reverse().entries()) bytes.writeUInt32LE(word, 4 * i);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The interval in which a number lies. */
function intervalOf(cdf: Uint32Array, at: number): number {
  let [low, high] = [0, cdf.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (cdf[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** Bits that the likeliest integer of a distribution takes: no integer takes fewer. */
export function leastBits({ cdf }: IntegerDistribution): number {
  let widest = 0;
  for (let i = 0; i + 1 < cdf.length; i++) widest = Math.max(widest, cdf[i + 1] - cdf[i]);
  return PRECISION - Math.log2(widest);
}

/**
 * Decodes what `ransEncode` or CompressAI has coded, with the same distributions.
 *
 * @throws RangeError when the bytes end before the symbols or go on after them, or an escaped integer does not fit into 32 bits; most other damage
 *   leaves the coder in another state than it began in, and throws one, too
 */
export function ransDecode(
  bytes: Uint8Array,
  count: number,
  distributionOf: (place: number) => number,
  distributions: readonly IntegerDistribution[],
): Int32Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const word = (): bigint => {
    if (at + 4 > file.length) throw new RangeError(`ransDecode: ${bytes.length} bytes end before ${count} symbols`);
    at += 4;
    return BigInt(file.readUInt32LE(at - 4));
  };
  let state = word();
  state |= word() << 32n;
  const refill = () => {
    if (state < LEAST) state = (state << 32n) | word();
  };
  const piece = (): number => {
    const value = Number(state & BigInt(LARGEST_PIECE));
    state >>= BigInt(PIECE);
    refill();
    return value;
  };
  const escaped = (): number => {
    let pieces = 0;
    for (let more = LARGEST_PIECE; more === LARGEST_PIECE; pieces += more) more = piece();
    if (pieces > 9) throw new RangeError(`ransDecode: an integer of ${pieces * PIECE} bits is none of 32`);
    let value = 0;
    for (let i = 0; i < pieces; i++) value += piece() * 2 ** (PIECE * i);
    return value;
  };
  const symbols = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const { cdf, lowest } = distributions[distributionOf(i)];
    const beyond = cdf.length - 2;
    const low = Number(state & 0xffffn);
    const interval = intervalOf(cdf, low);
    state = BigInt(cdf[interval + 1] - cdf[interval]) * (state >> SHIFT) + BigInt(low - cdf[interval]);
    refill();
    if (interval < beyond) {
      symbols[i] = lowest + interval;
      continue;
    }
    const raw = escaped();
    const symbol = lowest + (raw % 2 === 1 ? -(raw + 1) / 2 : beyond + raw / 2);
    if (symbol !== (symbol | 0)) throw new RangeError(`ransDecode: ${symbol} is no integer of 32 bits`);
    symbols[i] = symbol;
  }
  if (at < file.length || state !== LEAST)
    throw new RangeError(`ransDecode: these ${bytes.length} bytes are not of ${count} symbols of these distributions`);
  return symbols;
}
