import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { bdOverlap, bdPsnr, bdRate, type RatePoint } from './bd-rate.js';

const curve = (...points: [bpp: number, quality: number][]): RatePoint[] =>
  points.map(([bpp, quality]) => ({ bpp, quality }));

interface Overlapping {
  name: string;
  anchor: [rates: number[], psnrs: number[]];
  test: [rates: number[], psnrs: number[]];
  bdRate: { value: number; overlapPercent: number };
  bdPsnr: { value: number; overlapPercent: number };
}

const overlapping: Overlapping[] = JSON.parse(
  readFileSync(new URL('./fixtures/bd-rate.json', import.meta.url), 'utf8'),
);

const four = [
  curve([686.76, 40.28], [309.58, 37.18], [157.11, 34.24], [85.95, 31.42]),
  curve([893.34, 40.39], [407.8, 37.21], [204.93, 34.17], [112.75, 31.24]),
] as const;
const more = [
  curve([0.21, 28.1], [0.34, 29.9], [0.5, 31.2], [0.78, 33.4], [1.15, 35.6], [1.7, 37.2]),
  curve([0.19, 28.4], [0.3, 30.1], [0.47, 31.9], [0.7, 33.3], [1, 35.9], [1.31, 36.6], [1.9, 38.9]),
] as const;
const distances = [
  curve([0.2, -0.41], [0.33, -0.3], [0.52, -0.19], [0.8, -0.11], [1.3, -0.05]),
  curve([0.18, -0.38], [0.29, -0.28], [0.5, -0.15], [0.95, -0.08]),
] as const;

// Expected: numpy.polyfit of third degree, and scipy.interpolate.PchipInterpolator.
const cases = [
  ['four points', four, [31.397374054908656, -1.184897921770328], [31.379878202397627, -1.1834724046224592]],
  ['more points', more, [-15.046397458985417, 0.7510778676699262], [-15.210058694279871, 0.7111381116840344]],
  [
    'negative distances',
    distances,
    [-19.183294641267757, 0.04346719418974015],
    [-18.97224374999016, 0.04203145369948338],
  ],
] as const;

describe('bdRate and bdPsnr', () => {
  it.each(cases)('of %s', (_, [anchor, test], cubic, pchip) => {
    for (const [method, [rate, quality]] of [
      ['cubic', cubic],
      ['pchip', pchip],
    ] as const) {
      expect(bdRate(anchor, test, { method })).toBeCloseTo(rate, 6);
      expect(bdPsnr(anchor, test, { method })).toBeCloseTo(quality, 8);
    }
    expect(bdRate(anchor, test)).toBe(bdRate(anchor, test, { method: 'cubic' }));
  });

  // Written by `fixtures/make_bd_rate.py`.
  it.each(overlapping)('warn of a small overlap, with the figure: $name', ({ anchor, test, ...expected }) => {
    const curves = [anchor, test].map(([rates, psnrs]) =>
      curve(...rates.map((bpp, i): [number, number] => [bpp, psnrs[i]])),
    );
    const overlap = bdOverlap(curves[0], curves[1]);
    for (const [compute, { value, overlapPercent }, axis] of [
      [bdRate, expected.bdRate, 'quality'],
      [bdPsnr, expected.bdPsnr, 'rate'],
    ] as const) {
      const onWarning = vi.fn();
      expect(compute(curves[0], curves[1], { method: 'pchip', onWarning })).toBeCloseTo(value, 6);
      expect(100 * overlap[axis]).toBeCloseTo(overlapPercent, 2);
      if (overlapPercent >= 75) expect(onWarning).not.toHaveBeenCalled();
      else {
        const figure = Number((100 * overlap[axis]).toPrecision(2));
        expect(onWarning.mock.calls).toEqual([
          [
            expect.stringMatching(
              new RegExp(`: the curves share ${figure} % of the ${axis} that they span, less than 75 %;`),
            ),
          ],
        ]);
      }
      const silent = vi.fn();
      compute(curves[0], curves[1], { method: 'pchip', minimumOverlap: 0, onWarning: silent });
      expect(silent).not.toHaveBeenCalled();
    }
  });

  it('do not depend on the order of the points', () => {
    const shuffled = [2, 0, 3, 1].map((i) => four[0][i]);
    expect(bdRate(shuffled, four[1].toReversed())).toBe(bdRate(...four));
    expect(bdPsnr(shuffled, four[1].toReversed())).toBe(bdPsnr(...four));
  });

  it('are zero for one curve, and exact where a curve is shifted', () => {
    const dearer = more[0].map(({ bpp, quality }) => ({ bpp: 1.25 * bpp, quality }));
    const better = more[0].map(({ bpp, quality }) => ({ bpp, quality: quality + 0.5 }));
    for (const method of ['cubic', 'pchip'] as const) {
      expect(bdRate(more[0], more[0], { method })).toBe(0);
      expect(bdRate(more[0], dearer, { method })).toBeCloseTo(25, 8);
      expect(bdPsnr(more[0], better, { method })).toBeCloseTo(0.5, 9);
    }
  });

  it('name what is wrong with the points', () => {
    const high = more[0].map(({ bpp, quality }) => ({ bpp: bpp * 100, quality: quality + 20 }));
    expect(() => bdRate(more[0], high)).toThrow(
      'bdRate: the curves do not overlap in quality: the anchor goes from (0.21 bpp, 28.1) to (1.7 bpp, 37.2), ' +
        'the test from (21 bpp, 48.1) to (170 bpp, 57.2)',
    );
    expect(() => bdPsnr(high, more[0])).toThrow(
      'bdPsnr: the curves do not overlap in rate: the anchor goes from (21 bpp',
    );
    expect(() => bdRate(four[0], [...four[1], { bpp: 407.8, quality: 37.3 }])).toThrow(
      'bdRate: the test curve has two points of one rate or one quality, (407.8 bpp, 37.21) and (407.8 bpp, 37.3)',
    );
    expect(() => bdRate([...four[0], { bpp: 90, quality: 31.42 }], four[1])).toThrow(
      'the anchor curve has two points of one rate or one quality, (85.95 bpp, 31.42) and (90 bpp, 31.42)',
    );
    expect(() => bdRate(four[0].slice(1), four[1])).toThrow('the anchor curve needs at least 4 points, got 3');
    for (const point of [
      { bpp: 0, quality: 3 },
      { bpp: 1, quality: Number.NaN },
      { bpp: Infinity, quality: 1 },
    ])
      expect(() => bdRate(four[0], [...four[1], point])).toThrow(
        `the test curve has the point (${point.bpp} bpp, ${point.quality})`,
      );
  });

  it('warn of a quality that falls, and go on', () => {
    const bumpy = [...more[1], { bpp: 0.4, quality: 29.5 }];
    const onWarning = vi.fn();
    expect(bdRate(more[0], bumpy, { method: 'pchip', onWarning })).toBeLessThan(0);
    expect(onWarning.mock.calls).toEqual([
      ['bdRate: the test curve is not monotone: quality falls from (0.3 bpp, 30.1) to (0.4 bpp, 29.5)'],
    ]);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    bdPsnr(bumpy, more[0]);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('bdPsnr: the anchor curve is not monotone'));
    warn.mockRestore();
  });
});
