import { describe, expect, it } from 'vitest';
import { annexKTables, flatTables, scaledTables, tableStep } from './quantization-tables.js';

describe('scaledTables', () => {
  it('is Annex K at quality 50 and all ones at 100', () => {
    expect(Array.from(scaledTables(50).luma)).toEqual(Array.from(annexKTables.luma));
    expect(Array.from(scaledTables(50).chroma)).toEqual(Array.from(annexKTables.chroma));
    expect(new Set(Array.from(scaledTables(100).luma))).toEqual(new Set([1]));
  });

  // First rows of Image.open(file).quantization of files saved by Pillow 9.4.0 (libjpeg-turbo 2.1.5) at these qualities.
  it.each([
    [3, [255, 183, 167, 255, 255, 255, 255, 255], [255, 255, 255, 255, 255, 255, 255, 255]],
    [33, [24, 17, 15, 24, 36, 60, 77, 92], [26, 27, 36, 71, 149, 149, 149, 149]],
    [49, [16, 11, 10, 16, 24, 41, 52, 62], [17, 18, 24, 48, 101, 101, 101, 101]],
    [75, [8, 6, 5, 8, 12, 20, 26, 31], [9, 9, 12, 24, 50, 50, 50, 50]],
    [97, [1, 1, 1, 1, 1, 2, 3, 4], [1, 1, 1, 3, 6, 6, 6, 6]],
  ])("has libjpeg's rounding at quality %i", (quality, luma, chroma) => {
    const tables = scaledTables(quality);
    expect(Array.from(tables.luma).slice(0, 8)).toEqual(luma);
    expect(Array.from(tables.chroma).slice(0, 8)).toEqual(chroma);
  });

  it.each([0, 101, 1.5, Number.NaN])('rejects quality %d', (quality) => {
    expect(() => scaledTables(quality)).toThrow(
      `scaledTables: quality must be a whole number of 1 to 100, got ${quality}`,
    );
  });
});

describe('tableStep', () => {
  // Python: statistics.harmonic_mean of Image.open(file).quantization[0] of files saved by Pillow 9.4.0.
  it.each([
    [25, 66.8000647562167],
    [50, 33.40003237810835],
    [90, 6.5514622291898155],
  ])("stands for Annex K's at quality %i", (quality, step) => {
    expect(tableStep(scaledTables(quality).luma)).toBeCloseTo(step, 10);
  });

  it('is the step of flat tables', () => {
    for (let step = 1; step <= 255; step++) {
      expect(Math.fround(tableStep(flatTables(step).luma)), `${step}`).toBe(step);
    }
  });
});

describe('flatTables', () => {
  // numpy.clip(numpy.rint(step), 1, 255)
  it.each([
    [-3, 1],
    [0, 1],
    [0.5, 1],
    [1.5, 2],
    [2.5, 2],
    [3.5, 4],
    [10.49, 10],
    [254.5, 254],
    [300, 255],
  ])('step %d becomes %i', (step, entry) => {
    const { luma, chroma } = flatTables(step);
    expect(Array.from(luma)).toEqual(new Array(64).fill(entry));
    expect(chroma).toEqual(luma);
  });

  it('rejects a step that is not finite', () => {
    expect(() => flatTables(Number.NaN)).toThrow('flatTables: step must be a finite number, got NaN');
  });
});
