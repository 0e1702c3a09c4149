import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { leastBits, ransDecode, ransEncode } from './rans.js';

interface Golden {
  cdfs: number[][];
  lowest: number[];
  cases: { name: string; symbols: number[]; indexes: number[]; hex: string }[];
}
const { cdfs, lowest, cases }: Golden = JSON.parse(
  readFileSync(new URL('./fixtures/rans.json', import.meta.url), 'utf8'),
);
const distributions = cdfs.map((cdf, i) => ({ cdf: Uint32Array.from(cdf), lowest: lowest[i] }));

describe('rans', () => {
  it.each(cases)('makes the bytes that CompressAI makes, and reads them: $name', ({ symbols, indexes, hex }) => {
    const bytes = ransEncode(Int32Array.from(symbols), (i) => indexes[i], distributions);
    expect(Buffer.from(bytes).toString('hex')).toBe(hex);
    expect([...ransDecode(bytes, symbols.length, (i) => indexes[i], distributions)]).toEqual(symbols);
  });

  it('takes as many bits as the distributions say', () => {
    const symbols = Int32Array.from({ length: 20_000 }, (_, i) => ((i * 7919) % 13) - 6);
    const { cdf } = distributions[0];
    const bits = symbols.reduce((sum, s) => sum - Math.log2((cdf[s + 7] - cdf[s + 6]) / 2 ** 16), 0);
    const { length } = ransEncode(symbols, () => 0, distributions);
    expect(Math.abs(8 * length - bits)).toBeLessThan(100);
  });

  it('refuses integers of more than 32 bits', () => {
    const cdf = Uint32Array.of(0, 2 ** 15, 2 ** 16);
    const bytes = ransEncode(Int32Array.of(2 ** 31 - 1), () => 0, [{ cdf, lowest: 0 }]);
    expect([...ransDecode(bytes, 1, () => 0, [{ cdf, lowest: 0 }])]).toEqual([2 ** 31 - 1]);
    expect(() => ransDecode(bytes, 1, () => 0, [{ cdf, lowest: 10 }])).toThrow('2147483657 is no integer of 32 bits');
  });

  it('refuses bytes that go on after the last symbol, and other numbers of symbols', () => {
    const { symbols, indexes, hex } = cases[0];
    const bytes = Buffer.from(hex, 'hex');
    const decode = (from: Uint8Array, count: number) => ransDecode(from, count, (i) => indexes[i], distributions);
    const reason = 'are not of';
    expect(() => decode(Buffer.concat([bytes, Buffer.alloc(4)]), symbols.length)).toThrow(reason);
    expect(() => decode(bytes, symbols.length - 1)).toThrow(reason);
  });

  it('knows the fewest bits of a symbol', () => {
    expect(leastBits({ cdf: Uint32Array.of(0, 2 ** 14, 2 ** 14 + 2 ** 15, 2 ** 16), lowest: 0 })).toBe(1);
    expect(leastBits({ cdf: Uint32Array.of(0, 2 ** 16), lowest: 0 })).toBe(0);
  });

  it('ends on damaged bytes, with symbols or an error', () => {
    const { symbols, indexes, hex } = cases[2];
    const bytes = Buffer.from(hex, 'hex');
    const decode = (changed: Uint8Array) => ransDecode(changed, symbols.length, (i) => indexes[i], distributions);
    for (let length = 0; length < bytes.length; length += 3)
      expect(() => decode(bytes.subarray(0, length))).toThrow(RangeError);
    for (let i = 0; i < 8 * bytes.length; i++) {
      const changed = Uint8Array.from(bytes);
      changed[i >> 3] ^= 1 << (i & 7);
      try {
        expect(decode(changed)).toHaveLength(symbols.length);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
  });
});
