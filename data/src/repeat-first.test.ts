import { describe, expect, it } from 'vitest';
import type { BatchStream } from './batch-stream.js';
import { repeatFirst } from './repeat-first.js';

describe('repeatFirst', () => {
  it('gives the first batch again and again, and takes no other', async () => {
    const calls: string[] = [];
    const stream: BatchStream = {
      description: 'numbers',
      files: ['a', 'b'],
      next: async () => {
        calls.push('next');
        return { arrays: { n: { shape: [1], values: Float32Array.of(calls.length) } }, files: ['a'] };
      },
      close: async () => {
        calls.push('close');
      },
    };
    const repeated = repeatFirst(stream);
    expect([repeated.description, repeated.files]).toEqual(['numbers', ['a', 'b']]);
    const first = await repeated.next();
    expect([...first!.arrays.n.values]).toEqual([1]);
    expect(await repeated.next()).toBe(first);
    await repeated.close();
    expect(calls).toEqual(['next', 'close']);
  });
});
