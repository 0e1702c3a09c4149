import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mapConcurrently } from './map-concurrently.js';

describe('mapConcurrently', () => {
  it('keeps the order and the limit', async () => {
    let running = 0;
    let most = 0;
    const results = await mapConcurrently([5, 1, 4, 2, 3], 2, async (value) => {
      most = Math.max(most, ++running);
      await wait(value);
      running--;
      return 10 * value;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('fails when one fails, and does nothing for an empty list', async () => {
    const work = async (value: number) => {
      if (value === 2) throw new Error('two');
      return value;
    };
    await expect(mapConcurrently([1, 2, 3], 2, work)).rejects.toThrow('two');
    expect(await mapConcurrently([], 2, work)).toEqual([]);
  });
});
