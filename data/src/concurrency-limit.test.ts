import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { concurrencyLimit } from './concurrency-limit.js';

describe('concurrencyLimit', () => {
  it('keeps the limit, and begins in order', async () => {
    const limited = concurrencyLimit(2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const work = (value: number) => async () => {
      begun.push(value);
      most = Math.max(most, ++running);
      await wait(value);
      running--;
      return 10 * value;
    };
    const results = await Promise.all([5, 1, 4, 2, 3].map((value) => limited(work(value))));
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(begun).toEqual([5, 1, 4, 2, 3]);
    expect(most).toBe(2);
    expect(await limited(work(1))).toBe(10);
  });

  it('goes on after a failure', async () => {
    const limited = concurrencyLimit(1);
    const failing = limited(async () => {
      throw new Error('two');
    });
    const next = limited(async () => 'three');
    await expect(failing).rejects.toThrow('two');
    expect(await next).toBe('three');
  });
});
