import { describe, expect, it } from 'vitest';
import { philox, Random } from './random.js';

describe('philox', () => {
  // known answers for philox4x32, 10 rounds, that its authors publish with Random123
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [Array(4).fill(0xffffffff), Array(2).fill(0xffffffff), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('encrypts counter %j under key %j', (counter, key, expected) => {
    expect(Array.from(philox(counter, key))).toEqual(expected);
  });
});

describe('Random', () => {
  it('is the cipher of its place and block number under its seed', () => {
    const seed = 3 * 2 ** 32 + 5;
    const random = new Random(seed, [7, 8, 9]);
    const drawn = Array.from({ length: 6 }, () => random.bits());
    expect(drawn).toEqual([...philox([0, 7, 8, 9], [5, 3]), ...philox([1, 7, 8, 9], [5, 3])].slice(0, 6));
  });

  it('draws uniform numbers and integers evenly', () => {
    const random = new Random(1);
    const counts = new Array(6).fill(0);
    let sum = 0;
    for (let i = 0; i < 6000; i++) counts[random.integer(6)]++;
    for (let i = 0; i < 6000; i++) sum += random.uniform(-1, 3);
    // 5 standard deviations: sqrt(6000 * 5/36) = 29 and 4 / sqrt(12 * 6000) = 0.015
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(145);
    expect(Math.abs(sum / 6000 - 1)).toBeLessThan(0.075);
  });

  it('draws normal numbers of the asked mean and deviation', () => {
    const random = new Random(2);
    const values = Array.from({ length: 10_000 }, () => random.normal(4, 3));
    const mean = values.reduce((sum, value) => sum + value) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(4, 0);
    expect(Math.sqrt(variance)).toBeCloseTo(3, 0);
    // of a normal distribution, 68.3 % lie within one deviation
    const within = values.filter((value) => Math.abs(value - 4) < 3).length / values.length;
    expect(within).toBeCloseTo(0.683, 1);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('rejects the seed %d', (seed) => {
    expect(() => new Random(seed)).toThrow(`Random: the seed must be an integer from 0 to 2^53 - 1, got ${seed}`);
  });
});
