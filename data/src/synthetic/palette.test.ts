import { describe, expect, it } from 'vitest';
import { Random } from '../random.js';
import { createPalette, fromYcbcr } from './palette.js';

describe('fromYcbcr', () => {
  it('turns the primaries back (BT.601 luma 0.299, 0.587, 0.114)', () => {
    const red = fromYcbcr(76.245, -43.0281, 127.5);
    expect(red[0]).toBeCloseTo(255, 2);
    expect(red[1]).toBeCloseTo(0, 1);
    expect(red[2]).toBeCloseTo(0, 1);
    expect(fromYcbcr(90, 0, 0)).toEqual([90, 90, 90]);
  });
});

describe('createPalette', () => {
  it('has broad luma and chroma that runs from orange to blue', () => {
    const lumas: number[] = [];
    const cbs: number[] = [];
    const crs: number[] = [];
    for (let seed = 0; seed < 200; seed++) {
      const pick = createPalette(new Random(seed));
      for (let i = 0; i < 10; i++) {
        const [red, green, blue] = pick();
        const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
        lumas.push(luma);
        cbs.push((blue - luma) / 1.772);
        crs.push((red - luma) / 1.402);
      }
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const covariance = (a: number[], b: number[]) => mean(a.map((value, i) => (value - mean(a)) * (b[i] - mean(b))));
    const deviation = (values: number[]) => Math.sqrt(covariance(values, values));
    expect(mean(lumas)).toBeGreaterThan(90);
    expect(mean(lumas)).toBeLessThan(130);
    expect(deviation(lumas)).toBeGreaterThan(45);
    expect(deviation(cbs)).toBeLessThan(25);
    expect(deviation(crs)).toBeLessThan(25);
    // -0.65 over photographs
    expect(covariance(cbs, crs) / (deviation(cbs) * deviation(crs))).toBeLessThan(-0.4);
  });
});
