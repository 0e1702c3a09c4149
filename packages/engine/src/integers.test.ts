import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from './index.js';

const integers = (...values: number[]) => tf.tensor1d(values, 'int32');
const truth = (...values: number[]) => tf.tensor1d(values, 'bool');
const matrix = (...values: number[]) => truth(...values).as2D(2, 2);
const LEAST = -(2 ** 31);

/** Operation, type and values of the result. */
type Case = [string, () => tf.Tensor, tf.DataType, number[]];

const division: Case[] = [
  ['div', () => tf.div(integers(5, -5, 0, 7), integers(0, 0, 0, -2)), 'int32', [0, 0, 0, -4]],
  ['div of the least integer', () => tf.div(integers(LEAST), integers(-1)), 'int32', [LEAST]],
  ['floorDiv', () => tf.floorDiv(integers(5, -7, 7), integers(0, 2, 2)), 'int32', [0, -4, 3]],
  ['floorDiv of floats', () => tf.floorDiv(tf.tensor1d([1, 1, 0, -7]), tf.tensor1d([0.1, 0, 0, 2])), 'int32', [9, 0, 0, -4]],
  ['mod', () => tf.mod(integers(5, -5, 7, -7, 7), integers(0, 0, 3, 3, -3)), 'int32', [0, 0, 1, 2, -2]],
  ['divNoNan', () => tf.divNoNan(integers(5, 0, 6), integers(0, 0, 4)), 'int32', [0, 0, 1]],
  ['pow to a negative power', () => tf.pow(integers(2, 1, 0), integers(-1, -3, -1)), 'int32', [0, 1, 0]],
  ['reciprocal', () => tf.reciprocal(integers(0, 1, 2)), 'int32', [0, 1, 0]],
]; // biome-ignore format: a table

// As numbers 0 and 1; stored as truth values, all but zero is true.
const arithmetic: Case[] = [
  ...(['abs', 'neg', 'round', 'sign', 'relu', 'relu6', 'square', 'selu', 'expm1', 'step'] as const).map(
    (name): Case => [name, () => tf[name](truth(1, 0)), 'bool', [1, 0]],
  ),
  ['softplus', () => tf.softplus(truth(1, 0)), 'bool', [1, 0]],
  ['exp', () => tf.exp(truth(1, 0)), 'float32', [Math.fround(Math.E), 1]],
  ['leakyRelu', () => tf.leakyRelu(truth(1, 0)), 'float32', [1, 0]],
  ['clipByValue', () => tf.clipByValue(truth(1, 0), 0, 1), 'bool', [1, 0]],
  ['add', () => tf.add(truth(1, 1, 0), truth(1, 0, 0)), 'bool', [1, 1, 0]],
  ['sub', () => tf.sub(truth(1, 0, 1), truth(1, 1, 0)), 'bool', [0, 1, 1]],
  ['mul', () => tf.mul(truth(1, 0), truth(1, 1)), 'bool', [1, 0]],
  ['addN', () => tf.addN([truth(1, 0), truth(1, 0)]), 'bool', [1, 0]],
  ['pow', () => tf.pow(truth(1, 0), truth(1, 1)), 'bool', [1, 0]],
  ['mod', () => tf.mod(truth(1, 0), truth(1, 1)), 'bool', [0, 0]],
  ['floorDiv', () => tf.floorDiv(truth(1, 0), truth(1, 1)), 'int32', [1, 0]],
  ['squaredDifference', () => tf.squaredDifference(truth(1, 0), truth(0, 0)), 'bool', [1, 0]],
  ['matMul', () => tf.matMul(matrix(1, 0, 1, 1), matrix(1, 0, 1, 1)), 'bool', [1, 0, 1, 1]],
  ['matMul of integers', () => tf.matMul(integers(1, 2).as2D(1, 2), integers(3, 4).as2D(2, 1)), 'int32', [11]],
  ['cumsum', () => tf.cumsum(truth(1, 1, 0)), 'int32', [1, 2, 2]],
  ['topk', () => tf.topk(truth(0, 1), 2).values, 'bool', [1, 0]],
  ['where', () => tf.where(truth(1, 0), truth(0, 0), truth(1, 1)), 'bool', [0, 1]],
  [
    'denseBincount, whether they are there',
    () => tf.denseBincount(integers(2, 0, 2, 5), tf.tensor1d([]), 4, true),
    'float32',
    [1, 0, 1, 0],
  ],
  ['stridedSlice', () => tf.stridedSlice(truth(1, 0, 1, 1, 1), [0], [5], [2]), 'bool', [1, 1, 1]],
  ['stridedSlice of integers', () => tf.stridedSlice(integers(1, 2, 3, 4), [3], [0], [-2]), 'int32', [4, 2]],
  [
    'resizeNearestNeighbor of integers',
    () => tf.image.resizeNearestNeighbor(integers(5, -7).as4D(1, 1, 2, 1), [1, 4]),
    'int32',
    [5, 5, -7, -7],
  ],
  ['reverse', () => tf.reverse(truth(1, 1, 0, 0, 1, 0, 1)), 'bool', [1, 0, 1, 0, 0, 1, 1]],
  ['divNoNan', () => tf.divNoNan(truth(1, 1, 0), truth(1, 0, 0)), 'bool', [1, 0, 0]],
  ['oneHot of whole floats', () => tf.oneHot(integers(1, 2), 3, 3, -2, 'float32'), 'float32', [-2, 3, -2, -2, -2, 3]],
];

describe.each(presentEngines())('on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  describe.each(Object.entries({ 'integers divided by zero': division, 'truth values computed with': arithmetic }))(
    '%s',
    (_, cases) => {
      it.each(cases)('%s', (_, compute, dtype, expected) => {
        const y = tf.tidy(compute);
        expect([y.dtype, ...y.dataSync()]).toEqual([dtype, ...expected.map((value) => expect.closeTo(value, 5))]);
        y.dispose();
      });
    },
  );
});
