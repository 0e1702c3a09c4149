import { describe, expect, it } from 'vitest';
import { canonicalCodes } from './huffman-table.js';
import { optimalHuffmanTable } from './optimal-huffman-table.js';

function frequencies(counts: Record<number, number>): Uint32Array {
  const all = new Uint32Array(256);
  for (const [symbol, count] of Object.entries(counts)) all[Number(symbol)] = count;
  return all;
}

const lengthsOf = (counts: Record<number, number>) => {
  const { lengths } = canonicalCodes([optimalHuffmanTable(frequencies(counts))]);
  return Object.fromEntries(Object.keys(counts).map((symbol) => [symbol, lengths[Number(symbol)]]));
};

describe('optimalHuffmanTable', () => {
  it('gives a lone symbol one bit, which is not a one', () => {
    const { codes, lengths } = canonicalCodes([optimalHuffmanTable(frequencies({ 42: 1000 }))]);
    expect([codes[42], lengths[42]]).toEqual([0, 1]);
  });

  it('gives a power-of-two distribution its information content', () => {
    expect(lengthsOf({ 3: 512, 1: 256, 7: 128, 5: 64 })).toEqual({ 3: 1, 1: 2, 7: 3, 5: 4 });
  });

  it('keeps Fibonacci frequencies, whose tree is 31 levels deep, to 16 bits and clear of all ones', () => {
    const fibonacci: Record<number, number> = {};
    for (let a = 1, b = 2, symbol = 0; symbol < 30; symbol++) {
      fibonacci[symbol] = a;
      [a, b] = [b, a + b];
    }
    const { codes, lengths } = canonicalCodes([optimalHuffmanTable(frequencies(fibonacci))]);
    const used = Array.from({ length: 30 }, (_, symbol) => symbol);
    expect(Math.max(...lengths)).toBe(16);
    // A complete prefix code fills the unit interval; this one lacks the code set aside, of 16 ones.
    expect(used.reduce((sum, symbol) => sum + 2 ** (16 - lengths[symbol]), 0)).toBe(2 ** 16 - 1);
    expect(used.filter((symbol) => codes[symbol] === 2 ** lengths[symbol] - 1)).toEqual([]);
    for (const symbol of used.slice(1)) expect(lengths[symbol]).toBeLessThanOrEqual(lengths[symbol - 1]);
  });
});
