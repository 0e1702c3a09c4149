import { expect, it } from 'vitest';
import type { Results } from './results.js';
import { comparedWithStated } from './stated-results.js';

const results = (mean: number | null, percent: number | null, settings = ['flat 8', 'flat 16']) =>
  ({
    codec: { description: 'JPEG' },
    range: [0.3, 1],
    measures: [{ key: 'psnr', unit: 'dB' }],
    gains: [
      { group: 'none of before', measure: 'psnr', mean: 1 },
      { group: 'plain', measure: 'psnr', mean },
    ].slice(mean === 5.605 ? 1 : 0),
    bdRates: [{ anchor: 'JPEG, flat tables', measure: 'lpips-alex', percent, delta: null, notes: [] }],
    candidate: { settings, items: [{ item: 'a.png' }, { item: 'b.png' }] },
  }) as unknown as Results;

it('sets numbers that were stated beside those that were measured', () => {
  expect(comparedWithStated(results(5.605, -85.2), results(5.6, -85.25))).toEqual([
    'mean gain, psnr, plain: stated 5.605 dB, measured 5.600 dB, difference -0.005 dB',
    'BD-rate, lpips-alex, JPEG, flat tables: stated -85.200 %, measured -85.250 %, difference -0.050 %',
  ]);
  expect(comparedWithStated(results(null, -3), results(1, null))).toEqual([
    'mean gain, psnr, none of before: stated 1.000 dB, measured 1.000 dB, difference 0.000 dB',
  ]);
});

it('compares nothing that was measured otherwise', () => {
  expect(comparedWithStated(results(1, 2), results(1, 2, ['flat 8']))).toEqual([
    'not comparable with what is stated: settings flat 8, flat 16 then, flat 8 now',
  ]);
});
