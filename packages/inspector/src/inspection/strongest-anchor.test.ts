import { expect, it } from 'vitest';
import { strongestAnchor } from './strongest-anchor.js';

const comparison = (a: number, b: number) => ({
  anchors: [
    { coder: 'a', group: 'first', measures: { x: a } },
    { coder: 'b', group: 'second', measures: { x: b } },
  ],
});

it('strongestAnchor is the best at equal bits, whichever way is better', () => {
  const comparisons = [comparison(30, 31), comparison(33, 31)];
  expect(strongestAnchor(comparisons, { key: 'x', better: 'more' })).toBe('a');
  expect(strongestAnchor(comparisons, { key: 'x', better: 'less' })).toBe('b');
  expect(strongestAnchor(comparisons, { key: 'x', better: 'more' }, 'second')).toBe('b');
  expect(strongestAnchor([{ anchors: [] }], { key: 'x', better: 'more' })).toBe(undefined);
});
