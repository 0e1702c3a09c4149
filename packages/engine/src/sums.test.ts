import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from './index.js';

// Sums of a million equal numbers, each of which is count * value: added one after another in single precision they are off by
// almost a percent.
const COUNT = 2 ** 20;
const TENTH = Math.fround(0.1);
const row = () => tf.fill([COUNT], 0.1);
const images = () => tf.fill<tf.Rank.R4>([1, 1024, 1024, 1], 0.1);

const cases: [string, () => tf.Tensor, number][] = [
  ['sum', () => tf.sum(row()), COUNT * TENTH],
  ['sum along the first axis', () => tf.sum(tf.reshape(row(), [-1, 2]), 0), (COUNT / 2) * TENTH],
  ['mean', () => tf.mean(row()), TENTH],
  ['mean of integers', () => tf.mean(tf.fill([COUNT], 2 ** 24 + 1, 'int32')), 2 ** 24 + 1],
  ['prod', () => tf.prod(tf.fill([COUNT], 1 + 2 ** -23)), (1 + 2 ** -23) ** COUNT],
  ['norm', () => tf.norm(row()), TENTH * Math.sqrt(COUNT)],
  ['moments', () => tf.moments(row()).mean, TENTH],
  ['logSumExp', () => tf.logSumExp(row()), TENTH + Math.log(COUNT)],
  ['softmax', () => tf.softmax(row()), 1 / COUNT],
  ['matMul', () => tf.matMul(tf.reshape(row(), [1, -1]), tf.ones([COUNT, 1])), COUNT * TENTH],
  ['matMul, transposed', () => tf.matMul(tf.reshape(row(), [-1, 2]), tf.ones([1, COUNT / 2]), true, true), (COUNT / 2) * TENTH],
  ['dot', () => tf.dot(row(), tf.ones([COUNT])), COUNT * TENTH],
  ['gradient to a filter', () => tf.grad((w) => tf.conv2d(images(), w as tf.Tensor4D, 1, 'valid'))(tf.ones([1, 1, 1, 1])), COUNT * TENTH],
  ['gradient to a depthwise filter', () => tf.grad((w) => tf.depthwiseConv2d(images(), w as tf.Tensor4D, 1, 'valid'))(tf.ones([1, 1, 1, 1])), COUNT * TENTH],
]; // biome-ignore format: a table

describe.each(presentEngines())('many numbers on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it.each(cases)('%s', (_, compute, expected) => {
    const y = tf.tidy(compute);
    const [value] = y.dataSync();
    y.dispose();
    expect(Math.abs(value / expected - 1)).toBeLessThan(5e-4);
  });
});
