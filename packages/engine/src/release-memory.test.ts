import { expect, it } from 'vitest';
import { releaseMemory } from './release-memory.js';
import { presentEngines, startEngine } from './start-engine.js';
import { tf } from './tf.js';

const MEBIBYTE = 2 ** 20;

it('returns what tensors have left behind, on every engine without harm', async () => {
  for (const engine of presentEngines()) {
    await startEngine({ engine });
    const kept = tf.tensor1d([1, 2, 3]);
    tf.tidy(() => void tf.add(tf.zeros([engine === 'torch' ? 64 * MEBIBYTE : 8]), 1).shape);
    const before = process.memoryUsage.rss();
    releaseMemory();
    // Two tensors of 256 MiB were freed.
    if (engine === 'torch') expect(before - process.memoryUsage.rss()).toBeGreaterThan(400 * MEBIBYTE);
    expect([...tf.tidy(() => tf.square(kept).dataSync())]).toEqual([1, 4, 9]);
    kept.dispose();
  }
});
