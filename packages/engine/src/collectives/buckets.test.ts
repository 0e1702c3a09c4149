import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../start-engine.js';
import { tf } from '../tf.js';
import { flatten, intoBuckets, unflatten } from './buckets.js';

beforeAll(() => startEngine());

describe('intoBuckets', () => {
  it('keeps the order, and what is too large alone', () => {
    const sizes = [3, 4, 4, 1, 20, 2, 10];
    const buckets = intoBuckets(
      sizes.map((size) => ({ size })),
      10,
    );
    expect(buckets.map((bucket) => bucket.map(({ size }) => size))).toEqual([[3, 4], [4, 1], [20], [2], [10]]);
    expect(intoBuckets([])).toEqual([]);
  });

  it('holds 25 MiB of float32 by default', () => {
    const sizes = [2 ** 20, 20 * 2 ** 20, 2 ** 20].map((bytes) => ({ size: bytes / 4 }));
    expect(intoBuckets([...sizes, ...sizes]).map((bucket) => bucket.length)).toEqual([4, 2]);
  });
});

describe('flatten and unflatten', () => {
  it('are inverse, and leave the originals alone', () => {
    const before = tf.memory().numTensors;
    const tensors = [tf.scalar(5), tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), tf.tensor1d([7])];
    const flat = flatten(tensors, 0.5);
    expect([...flat.dataSync()]).toEqual([2.5, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]);
    const parts = unflatten(flat, tensors);
    expect(parts.map(({ shape }) => shape)).toEqual([[], [2, 3], [1]]);
    expect(parts.map((part) => [...part.dataSync()])).toEqual([[2.5], [0.5, 1, 1.5, 2, 2.5, 3], [3.5]]);
    expect([...flatten([tensors[2]], 1).dataSync()]).toEqual([7]);
    expect(tensors.map((tensor) => tensor.dataSync()[0])).toEqual([5, 1, 7]);
    tf.dispose([tensors, parts]);
    expect(tf.memory().numTensors - before).toBe(1);
  });
});
