import { expect, it } from 'vitest';
import { measuredSteps } from './measured-steps.js';

it('is what was measured, and between that linear in the logarithm', () => {
  const step = measuredSteps({ 1: 128, 50: 32, 90: 2, 100: 1 });
  expect([1, 50, 90, 100].map(step)).toEqual([128, 32, 2, 1].map((value) => expect.closeTo(value, 9)));
  expect(step(70)).toBeCloseTo(8, 9);
  expect(step(95)).toBeCloseTo(Math.SQRT2, 9);
});
