import { expect, it } from 'vitest';
import { hasConverged } from './has-converged.js';

it.each<[string, number[], boolean]>([
  ['five validations', [0.9, 0.9, 0.9, 0.9, 0.9], false],
  ['six equal ones', [0.9, 0.9, 0.9, 0.9, 0.9, 0.9], true],
  // Means of .90008 and .9: 8.9e-5 of it.
  ['a gain of one', [0.9, 0.9, 0.9, 0.9, 0.9, 0.9004], false],
  // The windows overlap: only the first and the last value differ between them, here by 4e-5, 8.9e-6 of the mean.
  ['a gain too small', [0.9, 0.8, 0.7, 0.6, 0.8, 0.90004], false],
  ['a gain too small for the mean', [0.9, 0.9, 0.9, 0.9, 0.9, 0.90004], true],
  ['more of earlier ones', [0.1, 0.2, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9], true],
  ['a loss', [0.9, 0.9, 0.9, 0.9, 0.9, 0.5], false],
  ['a collapse', [0.9, 0.9, 0.9, 0.9, 0.9, 0.4], true],
])('after %s training ends or goes on', (_, history, ends) => {
  expect(hasConverged(history, 1e-5)).toBe(ends);
});
