import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from './bootstrap-interval.js';
import { wilsonInterval } from './wilson-interval.js';

describe('wilsonInterval', () => {
  // R. Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i out of %i', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });

  it('refuses counts that are none', () => {
    expect(() => wilsonInterval(3, 2)).toThrow('wilsonInterval: got 3 successes of 2 trials');
    expect(() => wilsonInterval(0.5, 2)).toThrow(RangeError);
    expect(wilsonInterval(0, 0)).toEqual([NaN, NaN]);
  });
});

describe('bootstrapInterval', () => {
  const values = Array.from({ length: 400 }, (_, i) => Math.sin(12.9898 * i) * 3 + 1);
  const mean = (drawn: ArrayLike<number>) => Array.from(drawn, (i) => values[i]).reduce((a, b) => a + b) / drawn.length;

  it('of a mean is about that of the normal approximation', () => {
    const centre = mean([...values.keys()]);
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / values.length);
    const radius = (1.96 * deviation) / Math.sqrt(values.length);
    const [low, high] = bootstrapInterval(values.length, mean);
    expect(low).toBeGreaterThan(centre - 1.1 * radius);
    expect(low).toBeLessThan(centre - 0.9 * radius);
    expect(high).toBeGreaterThan(centre + 0.9 * radius);
    expect(high).toBeLessThan(centre + 1.1 * radius);
  });

  it('is repeatable, and narrower at a lower level', () => {
    const [low, high] = bootstrapInterval(values.length, mean, { seed: 3 });
    expect(bootstrapInterval(values.length, mean, { seed: 3 })).toEqual([low, high]);
    const [innerLow, innerHigh] = bootstrapInterval(values.length, mean, { seed: 3, level: 0.5 });
    expect(low).toBeLessThan(innerLow);
    expect(innerHigh).toBeLessThan(high);
  });

  it('of a difference that is the same for all items is that difference', () => {
    const shifted = values.map((value) => value + 0.25);
    const difference = (drawn: Uint32Array) => Array.from(drawn, (i) => shifted[i] - values[i])[0];
    const [low, high] = bootstrapInterval(values.length, difference);
    expect(low).toBeCloseTo(0.25, 10);
    expect(high).toBeCloseTo(0.25, 10);
  });

  it('leaves out draws without a value, and refuses none but those', () => {
    expect(bootstrapInterval(2, (drawn) => (drawn[0] === drawn[1] ? NaN : 1))).toEqual([1, 1]);
    expect(() => bootstrapInterval(2, () => NaN)).toThrow('NaN for all draws');
    expect(() => bootstrapInterval(0, () => 1)).toThrow('an item or more, got 0');
    expect(() => bootstrapInterval(2, () => 1, { resamples: 0 })).toThrow('resamples');
    expect(() => bootstrapInterval(2, () => 1, { level: 1 })).toThrow('level');
  });
});
