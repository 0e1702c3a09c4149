import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { updateWeightAverage, type WeightAverage, withAveragedWeights } from './weight-average.js';

beforeAll(() => startEngine());

describe('the average of weights', () => {
  it('follows its recursion, from the first weights on', () => {
    const parameters = { w: tf.variable(tf.tensor1d([0, 10])) };
    const before = tf.memory().numTensors;
    let average: WeightAverage = {};
    let expected = [0, 10];
    for (let step = 0; step < 40; step++) {
      tf.tidy(() => parameters.w.assign(tf.tensor1d([step, 10 - step])));
      average = updateWeightAverage(average, parameters, 0.75, step);
      const d = Math.min(0.75, (1 + step) / (10 + step));
      if (step > 0) expected = [d * expected[0] + (1 - d) * step, d * expected[1] + (1 - d) * (10 - step)];
      const values = average.w.dataSync();
      for (const i of [0, 1]) expect(values[i]).toBeCloseTo(expected[i], 3);
    }
    expect(tf.memory().numTensors).toBe(before + 1);
  });

  it('stands in for the weights for a while, also when that fails', async () => {
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
