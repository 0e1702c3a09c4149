import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from '../index.js';

describe.each(presentEngines())('gradient of clipByValue on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it.each([
    [0, 1, [-1e-30, 0, 0.5, 1, 1.0000002]],
    [-1, 0, [-1.0000002, -1, -0.5, 0, 1e-30]],
    [-3, -1, [-3.0000005, -3, -2, -1, -0.9999999]],
    [1, 3, [0.9999999, 1, 2, 3, 3.0000005]],
    [Number.NEGATIVE_INFINITY, Number.MAX_VALUE, [-1e38, -1, 0, 1, 1e38]],
  ])('passes from %f to %f, both included', (low, high, values) => {
    const isWithin = (value: number) => Number(Math.fround(value) >= low && Math.fround(value) <= high);
    tf.tidy(() => {
      const gradient = tf.grad((x) => tf.clipByValue(x, low, high))(tf.tensor1d(values));
      expect([...gradient.dataSync()]).toEqual(values.map(isWithin));
    });
  });
});
