import { describe, expect, it } from 'vitest';
import type { MeasureDescription } from '../measure.js';
import { meanErrorPsnr, meanPsnr } from '../measures/psnr.js';
import { bdRatesOf } from './bd-rates.js';
import { gainsOf } from './gains.js';
import { rateChangesOf } from './rate-changes.js';

const psnr: MeasureDescription = meanPsnr;
const ssim: MeasureDescription = { key: 'ssim-rgb', label: 'SSIM', better: 'more', digits: 4 };
const lpips: MeasureDescription = { key: 'lpips', label: 'LPIPS alex', better: 'less', digits: 4 };

const curve = (name: string, points: [bpp: number, psnr: number][], group?: string) => ({
  name,
  description: '',
  group,
  results: { bpp: points.map(([bpp]) => bpp), 'psnr-rgb': points.map(([, value]) => value) },
});
const flat = curve(
  'flat',
  [
    [0.25, 20],
    [4, 24],
  ],
  'plain codec',
);
const annexK = curve(
  'annex k',
  [
    [0.25, 22],
    [4, 22],
  ],
  'plain codec',
);

describe('gainsOf', () => {
  it('is the mean over five rates of what the candidate has over the best anchor of a group', () => {
    const ours = curve('ours', [
      [0.25, 25],
      [4, 33],
    ]);
    const [gain, ofMeanError] = gainsOf(ours, [flat, annexK], [psnr, meanErrorPsnr], [0.25, 4]);
    expect(gain).toMatchObject({ group: 'plain codec', measure: 'psnr-rgb', range: [0.25, 4] });
    // At 0.25, 0.5, 1, 2 and 4 bpp ours has 25, 27, 29, 31, 33; flat 20, 21, 22, 23, 24.
    expect(gain.at.map((at) => at.bpp)).toEqual([0.25, 0.5, 1, 2, 4]);
    expect(gain.at.map((at) => at.gain)).toEqual([3, 5, 7, 8, 9].map((value) => expect.closeTo(value, 9)));
    expect(gain.at[1]).toMatchObject({ candidate: expect.closeTo(27, 9), anchor: expect.closeTo(22, 9) });
    expect(gain.mean).toBeCloseTo(6.4, 9);
    expect(ofMeanError).toMatchObject({ measure: 'psnr-rgb-of-mean-error', mean: null });
  });

  it('is told apart by what it is over, and by the measure', () => {
    const both = (name: string, value: number, ofMeanError: number, group?: string) => {
      const made = curve(
        name,
        [
          [0.25, value],
          [4, value],
        ],
        group,
      );
      return { ...made, results: { ...made.results, 'psnr-rgb-of-mean-error': [ofMeanError, ofMeanError] } };
    };
    const anchors = [both('flat', 28, 26, 'at half'), both('x', 31, 30), both('annex k', 27, 28, 'at half')];
    const gains = gainsOf(both('ours', 30, 29), anchors, [psnr, meanErrorPsnr], [0.25, 4]);
    expect(gains.map(({ group, measure, mean }) => [group, measure, mean])).toEqual([
      ['at half', 'psnr-rgb', 2],
      ['at half', 'psnr-rgb-of-mean-error', 1],
      ['x', 'psnr-rgb', -1],
      ['x', 'psnr-rgb-of-mean-error', -1],
    ]);
  });

  it('has no mean where the rates do not meet', () => {
    const far = curve('far', [
      [5, 25],
      [6, 33],
    ]);
    const [gain] = gainsOf(far, [flat, annexK], [psnr], [0.1, 10]);
    expect(gain).toMatchObject({ range: [0.1, 10], mean: null, at: [] });
  });
});

describe('rateChangesOf and bdRatesOf', () => {
  // Ours needs half the bits for a PSNR, a quarter for an LPIPS, and has no SSIM.
  const rates = [0.25, 0.5, 1, 2, 4];
  const system = (name: string, psnrShift: number, lpipsShift: number, group?: string) => {
    const made = curve(
      name,
      rates.map((bpp) => [bpp, 30 + psnrShift + 3 * Math.log2(bpp)]),
      group,
    );
    const distances = rates.map((bpp) => 0.3 - lpipsShift - 0.05 * Math.log2(bpp));
    return { ...made, results: { ...made.results, lpips: distances, 'ssim-rgb': rates.map(() => null) } };
  };
  const ours = system('ours', 3, 0.1);
  const anchors = [system('flat', 0, 0, 'plain codec'), system('worse', -1, -0.01, 'plain codec')];
  const measures = [psnr, ssim, lpips];

  it('say how bits change at equal quality', () => {
    const changes = rateChangesOf(ours, anchors, measures, [0.5, 8]);
    expect(changes.map(({ group, bpp }) => [group, bpp])).toEqual([0.5, 1, 2, 4, 8].map((bpp) => ['plain codec', bpp]));
    const near = (value: number) => expect.closeTo(value, 9);
    expect(changes.map(({ percent }) => measures.map(({ key }) => percent[key]))).toEqual([
      [near(-50), null, null],
      [near(-50), null, near(-75)],
      [near(-50), null, near(-75)],
      [near(-50), null, near(-75)],
      [null, null, null],
    ]);
    expect(changes[2].bits).toEqual({ 'psnr-rgb': near(-1), 'ssim-rgb': null, lpips: near(-1.5) });
  });

  it('say the same on average, and over how much', () => {
    const [againstFlat, noSsim, byLpips] = bdRatesOf(ours, anchors, measures);
    expect(againstFlat).toEqual({
      anchor: 'flat',
      measure: 'psnr-rgb',
      percent: expect.closeTo(-50, 6),
      delta: expect.closeTo(3, 9),
      // They share 9 of the 15 dB that both span; the rates are the same.
      overlap: { quality: 0.6, rate: 1 },
      notes: [],
    });
    expect(noSsim).toMatchObject({ percent: null, delta: null, notes: ['one of the curves has no values'] });
    expect(byLpips.percent).toBeCloseTo(-75, 6);
    expect(byLpips.delta).toBeCloseTo(-0.1, 9);
  });

  it('count points once that a saturated coder has twice', () => {
    const { results } = anchors[0];
    const columns = Object.entries(results).map(([key, values]) => [key, [...values, values.at(-1)]]);
    const saturated = { ...anchors[0], results: Object.fromEntries(columns) };
    expect(bdRatesOf(ours, [saturated], measures)).toEqual(bdRatesOf(ours, [anchors[0]], measures));
  });

  it('tell why there is no figure', () => {
    const far = curve('far', [
      [1, 90],
      [2, 91],
      [3, 92],
      [4, 93],
    ]);
    const [apart] = bdRatesOf(far, [anchors[0]], [psnr]);
    expect(apart.notes[0]).toMatch(/^bdRate: the curves do not overlap in quality: /);
    expect(apart.percent).toBeNull();
    expect(apart.delta).toBeGreaterThan(50);
  });
});
