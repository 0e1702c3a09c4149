import { writeCounts } from './fse-header.js';
import { normalizeCounts } from './fse-normalize.js';
import { highBit, type NormalizedCounts, spreadSymbols, tableLogFor } from './fse-tables.js';

/** What became of bytes: a block (`fse`), the one symbol that all of them are (`rle`, the library's result 1), or themselves (`raw`, its result 0). */
export interface FseResult {
  kind: 'fse' | 'rle' | 'raw';
  bytes: Uint8Array;
}

/** States and what leads from one to the next. */
interface EncodingTable {
  tableLog: number;
  next: Uint16Array;
  /** By symbol: bits to be written are (state + deltaBits) >> 16. */
  deltaBits: Int32Array;
  /** By symbol: the next state is at (state >> bits) + deltaState. */
  deltaState: Int32Array;
}

function encodingTable(normalized: NormalizedCounts): EncodingTable {
  const { tableLog, counts } = normalized;
  const size = 1 << tableLog;
  const symbols = spreadSymbols(normalized);
  const next = new Uint16Array(size);
  const places = new Uint16Array(counts.length);
  const deltaBits = new Int32Array(counts.length);
  const deltaState = new Int32Array(counts.length);
  let before = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    places[symbol] = before;
    const count = Math.abs(counts[symbol]);
    if (count === 0) continue;
    // With one state all bits of it are written, as with two for the upper half of the table.
    const bits = count === 1 ? tableLog : tableLog - highBit(count - 1);
    deltaBits[symbol] = (bits << 16) - (count << bits);
    deltaState[symbol] = before - count;
    before += count;
  }
  for (let state = 0; state < size; state++) next[places[symbols[state]]++] = size + state;
  return { tableLog, next, deltaBits, deltaState };
}

/** Writes the symbols, the last one first, by two states that take turns. @returns the end of what was written to `out` from `at` on */
function writeSymbols(
  bytes: Uint8Array,
  { tableLog, next, deltaBits, deltaState }: EncodingTable,
  out: Uint8Array,
  at: number,
) {
  const begin = (symbol: number) => {
    const bits = (deltaBits[symbol] + (1 << 15)) >> 16;
    return next[(((bits << 16) - deltaBits[symbol]) >> bits) + deltaState[symbol]];
  };
  const view = new DataView(out.buffer);
  let pending = 0;
  let count = 0;
  let i = bytes.length;
  let first: number;
  let second: number;
  if (i & 1) {
    first = begin(bytes[--i]);
    second = begin(bytes[--i]);
    const symbol = bytes[--i];
    count = (first + deltaBits[symbol]) >> 16;
    pending = first & ((1 << count) - 1);
    first = next[(first >> count) + deltaState[symbol]];
  } else {
    second = begin(bytes[--i]);
    first = begin(bytes[--i]);
  }
  while (i > 0) {
    const a = bytes[--i];
    const aBits = (second + deltaBits[a]) >> 16;
    pending |= (second & ((1 << aBits) - 1)) << count;
    count += aBits;
    second = next[(second >> aBits) + deltaState[a]];
    const b = bytes[--i];
    const bBits = (first + deltaBits[b]) >> 16;
    pending |= (first & ((1 << bBits) - 1)) << count;
    count += bBits;
    first = next[(first >> bBits) + deltaState[b]];
    // At most 7 + 12 + 12 bits, of which whole bytes go.
    view.setUint32(at, pending, true);
    at += count >> 3;
    pending >>>= count & 24;
    count &= 7;
  }
  for (const [value, bits] of [
    [second & ((1 << tableLog) - 1), tableLog],
    [first & ((1 << tableLog) - 1), tableLog],
    [1, 1],
  ]) {
    pending |= value << count;
    for (count += bits; count >= 8; count -= 8) {
      out[at++] = pending;
      pending >>>= 8;
    }
  }
  if (count > 0) out[at++] = pending;
  return at;
}

/**
 * Compresses bytes by a finite state entropy coder, into the block that `FSE_compress` of Yann Collet's C library, version 0.9.0, makes of them.
 *
 * @returns `rle` where all bytes are equal, with that byte; `raw` where a block would not be smaller by two bytes at least, with the input itself
 * @example
 * const { kind, bytes } = fseCompress(symbols);
 * if (kind === 'fse') fseDecompress(bytes, symbols.length); // equals symbols
 */
export function fseCompress(bytes: Uint8Array): FseResult {
  const size = bytes.length;
  const raw: FseResult = { kind: 'raw', bytes };
  if (size <= 1) return raw;
  const all = new Uint32Array(256);
  for (let i = 0; i < size; i++) all[bytes[i]]++;
  let [largest, most] = [0, 0];
  for (let symbol = 0; symbol < 256; symbol++) {
    if (all[symbol] > 0) largest = symbol;
    if (all[symbol] > most) most = all[symbol];
  }
  if (most === size) return { kind: 'rle', bytes: Uint8Array.of(bytes[0]) };
  if (most === 1 || most < Math.floor(size / 128)) return raw;
  const counts = all.subarray(0, largest + 1);
  const normalized = normalizeCounts(counts, size, tableLogFor(size, largest));
  const header = writeCounts(normalized);
  if (size <= 2) return raw;
  // No symbol takes more bits than a state has.
  const out = new Uint8Array(header.length + Math.ceil((size * normalized.tableLog) / 8) + 8);
  out.set(header);
  const end = writeSymbols(bytes, encodingTable(normalized), out, header.length);
  return end >= size - 1 ? raw : { kind: 'fse', bytes: out.slice(0, end) };
}
