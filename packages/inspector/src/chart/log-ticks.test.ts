import { describe, expect, it } from 'vitest';
import { logTicks } from './log-ticks.js';

describe('logTicks', () => {
  it.each([
    [0.12, 2.6, [0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2]],
    [0.1, 5, [0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5]],
    [0.01, 20, [0.01, 0.1, 1, 10]],
    [0.3, 0.7, [0.3, 0.4, 0.5, 0.6]],
    [1, 1, [1]],
    [0.31, 0.39, []],
  ])('from %d to %d', (low, high, ticks) => {
    expect(logTicks(low, high)).toEqual(ticks);
  });
});
