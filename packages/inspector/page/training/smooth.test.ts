import { expect, it } from 'vitest';
import { smooth } from './smooth.js';

it('smooth is the weighted mean of what came before, weights falling by each step', () => {
  // numpy: (v[:i+1] * .6 ** arange(i, -1, -1)).sum() / (.6 ** arange(i, -1, -1)).sum()
  const expected = [1, 3.4999999999999996, 2.7346938775510203, 5.154411764705882, 4.219986120749479];
  for (const [i, value] of smooth([1, 5, 2, 8, 3], 0.6).entries()) expect(value).toBeCloseTo(expected[i], 12);
  expect(smooth([1, 5, 2], 0)).toEqual([1, 5, 2]);
});
