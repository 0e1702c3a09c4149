import { readCounts } from './fse-header.js';
import { highBit, type NormalizedCounts, spreadSymbols } from './fse-tables.js';

/** An entry a state: its symbol, above it the bits that are read, above them what is added to these for the next state. */
function decodingTable(normalized: NormalizedCounts): Int32Array {
  const { tableLog, counts } = normalized;
  const size = 1 << tableLog;
  const symbols = spreadSymbols(normalized);
  const next = Uint16Array.from(counts, Math.abs);
  const table = new Int32Array(size);
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state];
    const place = next[symbol]++;
    const bits = tableLog - highBit(place);
    table[state] = (((place << bits) - size) << 16) | (bits << 8) | symbol;
  }
  return table;
}

/** Most blocks hold fewer bytes than so many times their own; memory for more is taken as they come. */
const USUAL_RATIO = 4;

/** What lies behind the table of a block, and zeros after it, so that four bytes can be read anywhere. */
interface Payload {
  view: DataView;
  /** Bits before the end mark. */
  bits: number;
}

function payloadOf(bytes: Uint8Array, begin: number): Payload {
  const last = begin < bytes.length ? bytes[bytes.length - 1] : 0;
  if (last === 0) throw new RangeError('fseDecompress: the block has no end mark');
  const data = new Uint8Array(bytes.length - begin + 4);
  data.set(bytes.subarray(begin));
  return { view: new DataView(data.buffer), bits: 8 * (bytes.length - begin - 1) + highBit(last) };
}

/**
 * Decompresses a block of `fseCompress`, or of the C library.
 *
 * @param maxLength more bytes than that are refused, and memory for them is never allocated
 * @throws RangeError when the block is damaged, cut off, or longer than `maxLength`; damage after which it still is a block goes unnoticed
 */
export function fseDecompress(bytes: Uint8Array, maxLength: number): Uint8Array {
  if (!Number.isInteger(maxLength) || maxLength < 0) {
    throw new RangeError(`fseDecompress: maxLength must be a whole number of at least 0, got ${maxLength}`);
  }
  const { length, ...normalized } = readCounts(bytes);
  const { view, bits } = payloadOf(bytes, length);
  const { tableLog } = normalized;
  if (bits < 2 * tableLog) throw new RangeError('fseDecompress: the block ends within its states');
  const read = (at: number) => (view.getUint32(at >> 3, true) >>> (at & 7)) & ((1 << tableLog) - 1);
  let first = read(bits - tableLog);
  let second = read(bits - 2 * tableLog);
  let position = bits - 2 * tableLog;
  const table = decodingTable(normalized);
  const tooLong = () => new RangeError(`fseDecompress: the block holds more than ${maxLength} bytes`);
  // Three bytes more, so that there is room for the last ones.
  let out = new Uint8Array(Math.min(maxLength, USUAL_RATIO * bytes.length) + 3);
  let count = 0;
  // Two states take turns, backwards, until there are no bits for the next state of one: then the other has the last symbol.
  for (;;) {
    for (const end = out.length - 3; count <= end; ) {
      const a = table[first];
      const b = table[second];
      const aBits = (a >> 8) & 0xff;
      const bBits = (b >> 8) & 0xff;
      const next = position - aBits - bBits;
      out[count++] = a;
      out[count++] = b;
      if (next < 0) {
        if (position >= aBits) out[count++] = table[(a >> 16) + (read(position - aBits) & ((1 << aBits) - 1))];
        if (count > maxLength) throw tooLong();
        return out.subarray(0, count);
      }
      position = next;
      const word = view.getUint32(position >> 3, true) >>> (position & 7);
      first = (a >> 16) + ((word >>> bBits) & ((1 << aBits) - 1));
      second = (b >> 16) + (word & ((1 << bBits) - 1));
    }
    if (count > maxLength) throw tooLong();
    const grown = new Uint8Array(Math.min(maxLength, 4 * out.length) + 3);
    grown.set(out);
    out = grown;
  }
}
