import { describe, expect, it } from 'vitest';
import { integerCdf } from './integer-cdf.js';

const frequencies = (cdf: Uint32Array) => [...cdf.subarray(1)].map((end, i) => end - cdf[i]);

/** Mean bits of a symbol. */
const cost = (probabilities: number[], shares: number[], precision: number) =>
  probabilities.reduce((sum, p, i) => sum - p * Math.log2(shares[i] / 2 ** precision), 0);

/** The least cost over all ways to share the units. */
function leastCost(probabilities: number[], precision: number): number {
  const total = 2 ** precision;
  // least[u]: least cost of the symbols so far with u units
  let least = new Float64Array(total + 1).fill(Number.POSITIVE_INFINITY);
  least[0] = 0;
  for (const p of probabilities) {
    const next = new Float64Array(total + 1).fill(Number.POSITIVE_INFINITY);
    for (let used = 0; used < total; used++) {
      for (let share = 1; used + share <= total; share++) {
        next[used + share] = Math.min(next[used + share], least[used] - p * Math.log2(share / total));
      }
    }
    least = next;
  }
  return least[total];
}

describe('integerCdf', () => {
  it('keeps frequencies that are exact', () => {
    expect([...integerCdf([0.5, 0.25, 0.125, 0.125], 4)]).toEqual([0, 8, 12, 14, 16]);
  });

  it('takes as few bits as any sharing', () => {
    for (const probabilities of [
      [0.9, 0.05, 0.03, 0.02],
      [0.333, 0.333, 0.334],
      [1, 0, 0, 0, 0],
      [0.5, 0.499, 1e-9, 1e-3],
      [7, 5, 3, 2, 1, 1e-6, 1e-6, 1e-6, 11],
      Array.from({ length: 30 }, (_, i) => 0.7 ** i),
      Array.from({ length: 31 }, () => 1),
    ]) {
      const shares = frequencies(integerCdf(probabilities, 5));
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(1);
      expect(cost(probabilities, shares, 5)).toBeCloseTo(leastCost(probabilities, 5), 12);
    }
  });

  it('shares among as many symbols as there are units', () => {
    const cdf = integerCdf(new Array(65_536).fill(1e-9), 16);
    expect(cdf[65_536]).toBe(65_536);
    expect(cdf[1]).toBe(1);
  });

  it('refuses what is no distribution', () => {
    expect(() => integerCdf([], 16)).toThrow('integerCdf: needs 1 to 65536 symbols, got 0');
    expect(() => integerCdf([1, 1, 1], 1)).toThrow('integerCdf: needs 1 to 2 symbols, got 3');
    expect(() => integerCdf([0.5, -0.1], 16)).toThrow('probabilities[1] must be finite and not negative, got -0.1');
    expect(() => integerCdf([0.5, Number.NaN], 16)).toThrow('got NaN');
    expect(() => integerCdf([0, 0], 16)).toThrow('all probabilities are 0');
  });
});
