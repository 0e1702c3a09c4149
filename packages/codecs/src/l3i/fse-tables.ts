/** Largest table, 2^12 states: with it an entry of a decoding table fits into 32 bits. */
export const LARGEST_TABLE_LOG = 12;
const DEFAULT_TABLE_LOG = 11;
export const LEAST_TABLE_LOG = 5;

/** Counts scaled to a sum of 2^tableLog; -1 stands for a symbol that is so rare that it has one state, the last ones of the table. */
export interface NormalizedCounts {
  tableLog: number;
  /** By symbol, up to the largest one present. */
  counts: Int16Array;
}

/** The place of the highest bit, floor(log2(x)), of a positive integer. */
export const highBit = (x: number): number => 31 - Math.clz32(x);

/** The library's choice of a table for `size` symbols up to `largestSymbol`. */
export function tableLogFor(size: number, largestSymbol: number): number {
  const bySize = Math.min(DEFAULT_TABLE_LOG, highBit(size - 1) - 2);
  const least = Math.min(highBit(size - 1) + 1, highBit(largestSymbol) + 2);
  return Math.min(LARGEST_TABLE_LOG, Math.max(LEAST_TABLE_LOG, bySize, least));
}

/** The symbol of each state. @throws RangeError when the counts do not fill the table */
export function spreadSymbols({ tableLog, counts }: NormalizedCounts): Uint8Array {
  const size = 1 << tableLog;
  const symbols = new Uint8Array(size);
  let last = size - 1;
  for (let symbol = 0; symbol < counts.length; symbol++) if (counts[symbol] === -1) symbols[last--] = symbol;
  const step = (size >> 1) + (size >> 3) + 3;
  let position = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    for (let i = 0; i < counts[symbol]; i++) {
      symbols[position] = symbol;
      do position = (position + step) & (size - 1);
      while (position > last);
    }
  }
  return symbols;
}
