import { expect, it } from 'vitest';
import { qstepFactorAt } from './qstep-factor.js';

it('covers its range evenly in logarithm, and is 1 without spread', () => {
  const factors = Array.from({ length: 1000 }, (_, step) => qstepFactorAt(step, 4)).sort((a, b) => a - b);
  for (const [part, factor] of [0, 0.25, 0.5, 0.75].entries()) {
    expect(Math.log2(factors[250 * part])).toBeCloseTo(4 * factor - 2, 2);
  }
  expect(factors[999]).toBeLessThan(4);
  expect(qstepFactorAt(17, 1)).toBe(1);
});
