import { describe, expect, it } from 'vitest';
import { bestQualityAt, gainOver, logSpaced, qualityAt, rateAt } from './rate-curve.js';

const line = (offset: number) => [0.25, 4, 0.5, 2].map((bpp) => ({ bpp, quality: offset + 3 * Math.log2(bpp) }));

describe('rate curves', () => {
  it('interpolates linearly in log bpp, whatever the order of the points', () => {
    expect(qualityAt(line(30), 1)).toBeCloseTo(30, 12);
    expect(qualityAt(line(30), 0.5)).toBe(27);
    expect(qualityAt(line(30), 2 ** -1.5)).toBeCloseTo(25.5, 12);
  });

  it('does not extrapolate', () => {
    expect(qualityAt(line(30), 0.2)).toBeNull();
    expect(qualityAt(line(30), 4.1)).toBeNull();
    expect(qualityAt([], 1)).toBeNull();
  });

  it('finds the rate of a quality, and no rate beyond the curve', () => {
    expect(rateAt(line(30), 30)).toBeCloseTo(1, 12);
    expect(rateAt(line(30), 27)).toBe(0.5);
    expect(rateAt(line(30), 25.5)).toBeCloseTo(2 ** -1.5, 12);
    expect(rateAt(line(30), 23.9)).toBeNull();
    expect(rateAt(line(30), 36.1)).toBeNull();
    expect(rateAt([], 30)).toBeNull();
  });

  it('takes the best of several curves where they reach', () => {
    const short = [
      { bpp: 0.9, quality: 50 },
      { bpp: 1.1, quality: 50 },
    ];
    expect(bestQualityAt([line(30), short], 1)).toBe(50);
    expect(bestQualityAt([line(30), short], 2)).toBe(33);
  });

  it('spaces rates evenly in the logarithm', () => {
    expect(logSpaced(0.25, 4, 5)).toEqual([0.25, 0.5, 1, 2, 4]);
  });

  it('measures the gain over the range that both curves cover', () => {
    const gains = gainOver(line(33), [line(30), line(29)], [0.1, 2]);
    expect(gains.map(({ bpp }) => bpp)[0]).toBe(0.25);
    expect(gains.at(-1)?.bpp).toBeCloseTo(2, 12);
    for (const { gain } of gains) expect(gain).toBeCloseTo(3, 10);
  });

  it('has nothing to say about curves that do not overlap', () => {
    expect(gainOver(line(30), [line(30)], [5, 6])).toEqual([]);
  });
});
