import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from './index.js';

const { MAX_VALUE, NaN: NAN, POSITIVE_INFINITY: INFINITE } = Number;
const floats = (...values: number[]) => tf.tensor1d(values);
const integers = (...values: number[]) => tf.tensor1d(values, 'int32');
/** 3,000,000,000 less 2^32, as an Int32Array stores it. */
const WRAPPED = -1_294_967_296;

// Numbers that the type of a tensor does not hold become what a typed array of JavaScript makes of them.
const cases: [string, () => tf.Tensor, number[]][] = [
  ['fill, beyond float32', () => tf.fill([2], 1e39), [INFINITE, INFINITE]],
  ['fill, beyond int32', () => tf.fill([2], 3e9, 'int32'), [WRAPPED, WRAPPED]],
  ['fill, NaN as an integer', () => tf.fill([1], NAN, 'int32'), [0]],
  ['fill, infinity as an integer', () => tf.fill([1], INFINITE, 'int32'), [0]],
  ['fill, a fraction as an integer', () => tf.fill([1], -2.7, 'int32'), [-2]],
  ['clipByValue, unbounded', () => tf.clipByValue(floats(-1, 2, 3e38), 0, MAX_VALUE), [0, 2, Math.fround(3e38)]],
  ['clipByValue, least bound', () => tf.clipByValue(floats(-1, 2), Number.MIN_VALUE, MAX_VALUE), [0, 2]],
  ['clipByValue of integers by fractions', () => tf.clipByValue(integers(1, -2, 9), -1.5, 2.5), [1, -1, 2]],
  ['clipByValue of integers, unbounded', () => tf.clipByValue(integers(1, -2, 9), -1e39, 3e9), [1, -2, 9]],
  ['clipByValue of large integers', () => tf.clipByValue(integers(16_777_217, 5), 0, 2e9), [16_777_217, 5]],
  ['pad, beyond float32', () => tf.pad(floats(1), [[1, 1]], -1e39), [-INFINITE, 1, -INFINITE]],
  ['pad, beyond int32', () => tf.pad(integers(1), [[1, 1]], 3e9), [WRAPPED, 1, WRAPPED]],
  ['pad, NaN as an integer', () => tf.pad(integers(1), [[0, 1]], NAN), [1, 0]],
  ['oneHot, beyond float32', () => tf.oneHot(integers(1), 2, 1e39, -1e39, 'float32'), [-INFINITE, INFINITE]],
  ['oneHot, beyond int32', () => tf.oneHot(integers(1), 2, 3e9, NAN, 'int32'), [0, WRAPPED]],
  ['oneHot, truth', () => tf.oneHot(integers(1), 3, 3, 0, 'bool'), [0, 1, 0]],
  ['fill, truth', () => tf.fill([2], 3, 'bool'), [1, 1]],
  ['pad, truth', () => tf.pad(tf.tensor1d([0], 'bool'), [[0, 1]], 3), [0, 1]], // biome-ignore format: paddings
  ['leakyRelu', () => tf.leakyRelu(floats(1, -1), 1e39), [1, -INFINITE]],
  ['step', () => tf.step(floats(1, -1), 1e39), [1, INFINITE]],
  ['step of integers', () => tf.step(integers(1, -1), 3e9), [1, WRAPPED]],
  ['linspace', () => tf.linspace(0, 1e39, 3), [0, INFINITE, INFINITE]],
  ['linspace, one number', () => tf.linspace(2, 9, 1), [2]],
  ['cast of floats beyond int32', () => tf.cast(floats(NAN, INFINITE, -INFINITE, 3e9, -1.9), 'int32'), [0, 0, 0, WRAPPED, -1]],
  ['range, a step that is no binary fraction', () => tf.range(0, 0.3, 0.1), [0, 0.1, 0.2].map(Math.fround)],
  ['range, downwards', () => tf.range(1, 0, -0.3), [1, 0.7, 0.4, 0.1].map(Math.fround)],
  ['range of integers by less than one', () => tf.range(0, 1.5, 0.5, 'int32'), [0, 0, 0]],
]; // biome-ignore format: a table

describe.each(presentEngines())('numbers beyond a type on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it.each(cases)('%s', (_, compute, expected) => {
    const y = tf.tidy(compute);
    expect(y.size).toBe(expected.length);
    const values = [...y.dataSync()];
    expect(values).toHaveLength(expected.length);
    values.forEach((value, i) => {
      if (Number.isFinite(expected[i])) expect(value).toBeCloseTo(expected[i], 6);
      else expect(value).toBe(expected[i]);
    });
    y.dispose();
  });

  it.each([
    ['meanAbsolutePercentageError', 50],
    ['meanSquaredLogarithmicError', Math.log(4 / 3) ** 2],
  ])('a model evaluated by %s', async (loss, expected) => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, useBias: false, inputShape: [1] })] });
    model.setWeights([tf.tensor2d([3], [1, 1])]);
    model.compile({ loss, optimizer: 'sgd' });
    const [x, y] = [tf.ones([1, 1]), tf.tensor2d([2], [1, 1])];
    expect((model.evaluate(x, y) as tf.Scalar).dataSync()[0]).toBeCloseTo(expected, 5);
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    tf.dispose([x, y]);
    model.dispose();
  });
});
