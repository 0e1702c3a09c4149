import { expect, it, vi } from 'vitest';
import { startEngine } from './start-engine.js';
import { tf } from './tf.js';
import { withoutEngine } from './without-engine.js';

it('computes without an engine, in silence, and leaves the one that is there', async () => {
  const warned = vi.spyOn(console, 'warn');
  const square = () => tf.tidy(() => tf.square(tf.tensor1d([1, 2, 3])).dataSync());
  await withoutEngine(async () => {
    expect(tf.getBackend()).toBe('cpu');
    expect([...square()]).toEqual([1, 4, 9]);
  });
  await startEngine();
  const engine = tf.getBackend();
  const before = tf.memory().numTensors;
  const kept = tf.tensor1d([4, 5]);
  expect(await withoutEngine(async () => [...square()])).toEqual([1, 4, 9]);
  await expect(withoutEngine(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(tf.getBackend()).toBe(engine);
  expect([...kept.dataSync()]).toEqual([4, 5]);
  kept.dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(warned).not.toHaveBeenCalled();
});
