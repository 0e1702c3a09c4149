import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inOrder } from './in-order.js';

/** Pieces of work that take these many milliseconds, and how many were under way at most. */
function timed(milliseconds: number[]) {
  const counts = { running: 0, most: 0, begun: 0 };
  const work = milliseconds.map((duration, i) => async () => {
    counts.begun++;
    counts.most = Math.max(counts.most, ++counts.running);
    await setTimeout(Math.abs(duration));
    counts.running--;
    if (duration < 0) throw new Error(`piece ${i}`);
    return i;
  });
  return { work, counts };
}

describe('inOrder', () => {
  it('keeps the order and the number under way', async () => {
    const { work, counts } = timed([30, 1, 20, 1, 1]);
    const results: number[] = [];
    for await (const result of inOrder(work, 2)) results.push(result);
    expect(results).toEqual([0, 1, 2, 3, 4]);
    expect(counts).toEqual({ running: 0, most: 2, begun: 5 });
  });

  it('lets nothing run on when its reader leaves', async () => {
    const { work, counts } = timed([1, 30, 30, 30]);
    for await (const _ of inOrder(work, 3)) break;
    expect(counts).toMatchObject({ running: 0, begun: 4 });
  });

  it('passes a failure on in its turn, and begins nothing more', async () => {
    const { work, counts } = timed([20, -1, 30, 1]);
    const results: number[] = [];
    const reading = async () => {
      for await (const result of inOrder(work, 2)) results.push(result);
    };
    await expect(reading()).rejects.toThrow('piece 1');
    expect(results).toEqual([0]);
    expect(counts).toMatchObject({ running: 0, begun: 3 });
  });
});
