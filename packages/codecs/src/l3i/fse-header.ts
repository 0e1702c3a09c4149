import { LARGEST_TABLE_LOG, LEAST_TABLE_LOG, type NormalizedCounts } from './fse-tables.js';

/** Bits from the lowest of the first byte on. */
class BitWriter {
  readonly bytes: number[] = [];
  #bits = 0;
  #count = 0;

  /** Writes up to 16 bits. */
  write(value: number, count: number): void {
    this.#bits |= value << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      this.bytes.push(this.#bits & 0xff);
      this.#bits >>>= 8;
      this.#count -= 8;
    }
  }

  /** All bytes; the last one is filled with zeros. */
  finish(): number[] {
    if (this.#count > 0) this.bytes.push(this.#bits & 0xff);
    return this.bytes;
  }
}

/** Writes normalised counts (`FSE_writeNCount`): each takes as many bits as the states that are left allow for. */
export function writeCounts({ tableLog, counts }: NormalizedCounts): number[] {
  const bits = new BitWriter();
  bits.write(tableLog - LEAST_TABLE_LOG, 4);
  let [remaining, threshold, width] = [(1 << tableLog) + 1, 1 << tableLog, tableLog + 1];
  for (let symbol = 0; symbol < counts.length && remaining > 1; symbol++) {
    if (symbol > 0 && counts[symbol - 1] === 0) {
      let zeros = 0;
      while (counts[symbol + zeros] === 0) zeros++;
      symbol += zeros;
      for (; zeros >= 24; zeros -= 24) bits.write(0xffff, 16);
      for (; zeros >= 3; zeros -= 3) bits.write(3, 2);
      bits.write(zeros, 2);
    }
    const largest = 2 * threshold - 1 - remaining;
    let value = counts[symbol] + 1;
    if (value >= threshold) value += largest;
    bits.write(value, value < largest ? width - 1 : width);
    remaining -= Math.abs(counts[symbol]);
    for (; remaining < threshold; threshold >>= 1) width--;
  }
  return bits.finish();
}

/**
 * Reads normalised counts (`FSE_readNCount`).
 *
 * @returns the counts, and the bytes that they take
 * @throws RangeError when the bytes do not hold any
 */
export function readCounts(bytes: Uint8Array): NormalizedCounts & { length: number } {
  let position = 0;
  /** The next bits, at least 16 of them; zeros after the end. */
  const peek = (): number => {
    const at = position >> 3;
    const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    return word >>> (position & 7);
  };
  const fail = (what: string): never => {
    throw new RangeError(`fseDecompress: ${what}`);
  };
  const tableLog = (peek() & 15) + LEAST_TABLE_LOG;
  position += 4;
  if (tableLog > LARGEST_TABLE_LOG) fail(`a table of 2^${tableLog} states is larger than 2^${LARGEST_TABLE_LOG}`);
  const counts = new Int16Array(256);
  let [remaining, threshold, width] = [(1 << tableLog) + 1, 1 << tableLog, tableLog + 1];
  let symbol = 0;
  while (remaining > 1) {
    if (symbol > 0 && counts[symbol - 1] === 0) {
      for (; (peek() & 0xffff) === 0xffff && symbol < 256; position += 16) symbol += 24;
      for (; (peek() & 3) === 3 && symbol < 256; position += 2) symbol += 3;
      symbol += peek() & 3;
      position += 2;
    }
    if (symbol > 255) fail('its table names symbols above 255');
    if (position > 8 * bytes.length) fail('it ends within its table');
    const largest = 2 * threshold - 1 - remaining;
    let value = peek() & (threshold - 1);
    if (value >= largest) {
      value = peek() & (2 * threshold - 1);
      if (value >= threshold) value -= largest;
      position++;
    }
    position += width - 1;
    counts[symbol++] = value - 1;
    remaining -= Math.abs(value - 1);
    for (; remaining < threshold && remaining > 0; threshold >>= 1) width--;
  }
  if (remaining !== 1) fail('its table has more states than there are');
  const length = (position + 7) >> 3;
  if (length > bytes.length) fail('it ends within its table');
  return { tableLog, counts: counts.subarray(0, symbol), length };
}
