import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { withAveragedWeights } from './averaged-weights.js';

beforeAll(() => startEngine());

describe('withAveragedWeights', () => {
  it('puts averages in the place of weights for a while, also when that fails', async () => {
    const parameters = { w: tf.variable(tf.scalar(1)), v: tf.variable(tf.scalar(2)) };
    const average = { w: tf.scalar(5) };
    const before = tf.memory().numTensors;
    const look = () => Object.values(parameters).map((variable) => variable.dataSync()[0]);
    expect(await withAveragedWeights(parameters, average, look)).toEqual([5, 2]);
    expect(look()).toEqual([1, 2]);
    await expect(
      withAveragedWeights(parameters, average, () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(look()).toEqual([1, 2]);
    expect(average.w.dataSync()[0]).toBe(5);
    expect(tf.memory().numTensors).toBe(before);
  });
});
