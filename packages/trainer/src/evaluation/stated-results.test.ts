import { expect, it } from 'vitest';
import type { EvaluationResults } from './results.js';
import { comparedWithStated, statedSteps } from './stated-results.js';

const results = (mean: number | null, percent: number | null, settings = ['flat 8', 'flat 16']) =>
  ({
    codecName: 'jpeg',
    codec: 'JPEG',
    gain: { range: [0.3, 1], mean, at: [] },
    bdRate: [{ anchor: 'JPEG, flat tables', measure: 'lpips-alex', percent, delta: null, notes: [] }],
    systems: [{ settings, images: [{ image: 'a.png' }, { image: 'b.png' }] }],
  }) as unknown as EvaluationResults;

it('sets numbers that were stated beside those that were measured', () => {
  expect(comparedWithStated(results(5.605, -85.2), results(5.6, -85.25))).toEqual([
    'JPEG, mean gain: stated 5.605 dB, measured 5.600 dB, difference -0.005 dB',
    'JPEG, BD-rate, lpips-alex, JPEG, flat tables: stated -85.200 %, measured -85.250 %, difference -0.050 %',
  ]);
  expect(comparedWithStated(results(null, -3), results(1, null))).toEqual([]);
});

it('compares nothing that was measured otherwise', () => {
  expect(comparedWithStated(results(1, 2), results(1, 2, ['flat 8']))).toEqual([
    'JPEG: not comparable with what is stated: settings flat 8, flat 16 then, flat 8 now',
  ]);
});

it('reads the quantiser steps', () => {
  expect(statedSteps(results(1, 2))).toEqual([8, 16]);
  expect(statedSteps(results(1, 2, ['quality 20']))).toBeUndefined();
});
