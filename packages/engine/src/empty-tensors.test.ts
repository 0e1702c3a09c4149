import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from './index.js';

const none = (...shape: number[]) => tf.zeros(shape);
const images = () => none(0, 4, 4, 2) as tf.Tensor4D;
const filter = (...shape: [number, number, number, number]) => tf.ones<tf.Rank.R4>(shape);
const zeros = (count: number): number[] => new Array(count).fill(0);

/** Operation, shape and values. Those of reductions are NumPy's, and NaN where it has none. */
const cases: [string, () => tf.Tensor, number[], number[]][] = [
  ['conv2d', () => tf.conv2d(images(), filter(3, 3, 2, 3), 1, 'same'), [0, 4, 4, 3], []],
  ['conv2d with one number of padding', () => tf.conv2d(images(), filter(3, 1, 2, 3), 1, 1), [0, 4, 6, 3], []],
  ['conv2d of no channels', () => tf.conv2d(none(1, 2, 2, 0) as tf.Tensor4D, filter(1, 1, 0, 2), 1, 'same'), [1, 2, 2, 2], zeros(8)],
  ['conv2d to no channels', () => tf.conv2d(filter(1, 2, 2, 1), filter(1, 1, 1, 0), 1, 'same'), [1, 2, 2, 0], []],
  ['depthwiseConv2d', () => tf.depthwiseConv2d(images(), filter(3, 3, 2, 1), 2, 'same'), [0, 2, 2, 2], []],
  ['conv3d', () => tf.conv3d(none(0, 3, 3, 3, 1) as tf.Tensor5D, tf.ones([2, 2, 2, 1, 2]), 1, 'valid'), [0, 2, 2, 2, 2], []],
  ['conv2dTranspose', () => tf.conv2dTranspose(images(), filter(3, 3, 1, 2), [0, 8, 8, 1], 2, 'same'), [0, 8, 8, 1], []],
  ['fused.conv2d', () => tf.fused.conv2d({ x: images(), filter: filter(3, 3, 2, 3), strides: 1, pad: 'same', bias: tf.ones([3]), activation: 'relu' }), [0, 4, 4, 3], []],
  ['the gradient to a filter', () => tf.grad((w) => tf.conv2d(images(), w as tf.Tensor4D, 1, 'same'))(filter(1, 1, 2, 1)), [1, 1, 2, 1], zeros(2)],
  ['maxPool', () => tf.maxPool(images(), 2, 2, 'same'), [0, 2, 2, 2], []],
  ['the gradient of avgPool', () => tf.grad((x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'same'))(images()), [0, 4, 4, 2], []],
  ['localResponseNormalization', () => tf.localResponseNormalization(images()), [0, 4, 4, 2], []],
  ['matMul', () => tf.matMul(none(0, 3), tf.ones([3, 2])), [0, 2], []],
  ['matMul, broadcast', () => tf.matMul(none(0, 2, 3), tf.ones([3, 2])), [0, 2, 2], []],
  ['the gradient of a product with nothing', () => tf.grad((b) => tf.matMul(none(0, 2, 3), b))(tf.ones([1, 3, 1])), [1, 3, 1], zeros(3)],
  ['matMul over nothing', () => tf.matMul(none(2, 0), none(0, 2)), [2, 2], zeros(4)],
  ['cumsum', () => tf.cumsum(none(2, 0), 1), [2, 0], []],
  ['cumsum, exclusive', () => tf.cumsum(none(2, 0), 1, true), [2, 0], []],
  ['cumprod, exclusive and reverse', () => tf.cumprod(none(0, 2), 0, true, true), [0, 2], []],
  ['gather', () => tf.gather(none(0, 2), tf.tensor1d([], 'int32')), [0, 2], []],
  ['gatherND', () => tf.gatherND(tf.ones([3, 2]), tf.zeros([0, 1], 'int32')), [0, 2], []],
  ['scatterND', () => tf.scatterND(tf.zeros([0, 1], 'int32'), none(0, 2), [3, 2]), [3, 2], zeros(6)],
  ['unsortedSegmentSum', () => tf.unsortedSegmentSum(none(0, 2), tf.tensor1d([], 'int32'), 2), [2, 2], zeros(4)],
  ['sum of no rows', () => tf.sum(none(0, 2), 0), [2], [0, 0]],
  ['sum of no columns, kept', () => tf.sum(none(2, 0), 1, true), [2, 1], [0, 0]],
  ['prod', () => tf.prod(none(0, 2), 0), [2], [1, 1]],
  ['mean', () => tf.mean(none(0, 2), 0), [2], [NaN, NaN]],
  ['max', () => tf.max(none(0, 2), 0), [2], [NaN, NaN]],
  ['min of all', () => tf.min(none(0)), [], [NaN]],
  ['max of integers', () => tf.max(tf.zeros([0, 2], 'int32'), 0), [2], [0, 0]],
  ['all', () => tf.all(tf.zeros([0, 2], 'bool'), 0), [2], [1, 1]],
  ['any', () => tf.any(tf.zeros([0, 2], 'bool'), 0), [2], [0, 0]],
  ['any of no rows', () => tf.any(tf.zeros([0, 1, 3, 4], 'bool'), [3, 2]), [0, 1], []],
  ['tile', () => tf.tile(none(3, 0, 4), [2, 3, 2]), [6, 0, 8], []],
  ['prelu', () => tf.prelu(none(0, 2), none(2)), [0, 2], []],
  ['conv2d where no window fits', () => tf.conv2d(filter(2, 3, 2, 1), filter(1, 3, 1, 2), 2, 'valid'), [2, 2, 0, 2], []],
  ['its gradient', () => tf.grad((x) => tf.depthwiseConv2d(x as tf.Tensor4D, filter(1, 3, 3, 2), 3, 'valid'))(filter(1, 4, 2, 3)), [1, 4, 2, 3], zeros(24)],
  ['the gradient to its filter', () => tf.grad((w) => tf.depthwiseConv2d(filter(1, 4, 2, 3), w as tf.Tensor4D, 3, 'valid'))(filter(1, 3, 3, 1)), [1, 3, 3, 1], zeros(9)],
  ['fused.conv2d where no window fits', () => tf.fused.conv2d({ x: filter(1, 2, 7, 3), filter: filter(3, 1, 3, 2), strides: [3, 2], pad: 'valid', activation: 'relu6' }), [1, 0, 4, 2], []],
  ['maxPool where no window fits', () => tf.maxPool(filter(1, 7, 2, 1), [2, 3], 1, 0), [1, 6, 0, 1], []],
  ['avgPool where no window fits', () => tf.avgPool(filter(1, 6, 2, 2), [1, 3], 2, 'valid'), [1, 3, 0, 2], []],
  ['softmax', () => tf.softmax(none(0, 3)), [0, 3], []],
  ['the gradient of a sum', () => tf.grad((x) => tf.sum(x, 0))(none(0, 2)), [0, 2], []],
]; // biome-ignore format: a table

describe.each(presentEngines())('empty tensors on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it.each(cases)('%s', (_, compute, shape, values) => {
    const y = tf.tidy(compute);
    expect([y.shape, [...y.dataSync()]]).toEqual([shape, values]);
    y.dispose();
  });

  it('has no shape with elements', () => {
    const x = none(0, 2);
    expect(() => tf.reshape(x, [1, 2])).toThrow('Reshape: the shape [1,2] is not one of the empty tensor [0,2]');
    x.dispose();
  });

  it('has no place of the largest of nothing', () => {
    const x = none(0, 2);
    expect(() => tf.argMax(x, 0)).toThrow('ArgMax: axis 0 of [0,2] is empty');
    x.dispose();
  });
});
