import { describe, expect, it } from 'vitest';
import { Ahead } from './ahead.js';

describe('Ahead', () => {
  it('gives results in order, and begins those that follow', async () => {
    const begun: number[] = [];
    const ahead = new Ahead(
      async (index) => {
        begun.push(index);
        return 10 * index;
      },
      4,
      2,
    );
    expect(await ahead.next()).toBe(40);
    expect(begun).toEqual([4, 5, 6]);
    expect(await ahead.next()).toBe(50);
    expect(begun).toEqual([4, 5, 6, 7]);
  });

  it('keeps a failure for the call that asks for it', async () => {
    const ahead = new Ahead(
      async (index) => {
        if (index === 1) throw new Error('one');
        return index;
      },
      0,
      3,
    );
    expect(await ahead.next()).toBe(0);
    await expect(ahead.next()).rejects.toThrow('one');
    expect(await ahead.next()).toBe(2);
    await ahead.settle();
  });
});
