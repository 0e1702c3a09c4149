import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitDecibelCurve, fitSimilarityCurve } from './fit-curve.js';
import { matchQuality } from './match-quality.js';
import { rateDistortionCsv } from './rate-distortion-row.js';

interface Golden {
  name: string;
  form?: 'decibels';
  points: [number, number][];
  at: number[];
  fitted: number[];
  cost: number;
}
const golden: Golden[] = JSON.parse(readFileSync(new URL('./fixtures/fit-curve.json', import.meta.url), 'utf8'));

describe('fitSimilarityCurve', () => {
  it.each(golden.filter(({ form }) => form === undefined))(
    'fits as scipy does: $name',
    ({ points, at, fitted, cost }) => {
      const curve = fitSimilarityCurve(points.map(([bpp, quality]) => ({ bpp, quality })));
      const own = points.reduce((sum, [x, y]) => sum + ((curve(x) - y) / (1 - y)) ** 2, 0);
      expect(own).toBeLessThan(1.02 * cost);
      for (const [i, x] of at.entries()) expect(curve(x)).toBeCloseTo(fitted[i], 3);
    },
  );

  it('takes four points', () => {
    const points = [0.5, 1, 2].map((bpp) => ({ bpp, quality: 0.9 }));
    expect(() => fitSimilarityCurve(points)).toThrow('it takes four points at least, got 3');
  });
});

describe('fitDecibelCurve', () => {
  it.each(golden.filter(({ form }) => form === 'decibels'))(
    'fits as scipy does: $name',
    ({ points, at, fitted, cost }) => {
      const curve = fitDecibelCurve(points.map(([bpp, quality]) => ({ bpp, quality })));
      const own = points.reduce((sum, [x, y]) => sum + (curve(x) - y) ** 2, 0);
      expect(own).toBeLessThan(1.02 * cost);
      for (const [i, x] of at.entries()) expect(Math.abs(curve(x) - fitted[i])).toBeLessThan(0.05);
    },
  );

  it('takes four points', () => {
    expect(() => fitDecibelCurve([])).toThrow('fitDecibelCurve: it takes four points at least, got 0');
  });
});

describe('matchQuality', () => {
  const asked: number[] = [];
  const measure = (quality: number) => {
    asked.push(quality);
    return quality ** 2;
  };

  it('finds the nearest quality, and measures few', async () => {
    expect(await matchQuality(measure, 2500)).toEqual({ quality: 50, value: 2500 });
    expect(asked.length).toBeLessThanOrEqual(8);
    expect(await matchQuality(measure, 2545)).toMatchObject({ quality: 50 });
    expect(await matchQuality(measure, 2555)).toMatchObject({ quality: 51 });
  });

  it('stays within the range', async () => {
    expect(await matchQuality(measure, -5)).toMatchObject({ quality: 1 });
    expect(await matchQuality(measure, 1e6)).toMatchObject({ quality: 95 });
    expect(await matchQuality(async (quality) => quality, 42, [10, 20])).toEqual({ quality: 20, value: 20 });
  });
});

describe('rateDistortionCsv', () => {
  it('has the columns of the original', () => {
    const measured = { ssim: 0.9, psnr: 30, msssim: 0.99, msssim_db: 20, bytes: 100, bpp: 0.5 };
    const jpeg = { image_id: 0, filename: 'a,"b".png', codec: 'jpeg', quality: 95, ...measured };
    const dcn = { image_id: 1, filename: 'c.png', codec: 'dcn', model_dir: 'runs/16c', entropy: 2, ...measured };
    expect(rateDistortionCsv([jpeg])).toBe(
      'image_id,filename,codec,quality,ssim,psnr,msssim,msssim_db,bytes,bpp\n0,"a,""b"".png",jpeg,95,0.9,30,0.99,20,100,0.5\n',
    );
    expect(rateDistortionCsv([dcn]).split('\n')[0]).toBe(
      'image_id,filename,codec,model_dir,ssim,psnr,msssim,msssim_db,entropy,bytes,bpp',
    );
  });
});
