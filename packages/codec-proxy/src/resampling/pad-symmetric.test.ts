import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { leakedTensors, pattern } from '../../testing/tensors.js';
import { padSymmetric } from './pad-symmetric.js';

beforeAll(async () => {
  await startEngine();
});

describe('padSymmetric', () => {
  // numpy.pad([0, 1, 2], (0, 13), 'symmetric') and numpy.pad([0, 1, 2, 3, 4], (0, 3), 'symmetric')
  const three = [0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2];
  const five = [0, 1, 2, 3, 4, 4, 3, 2];

  it('mirrors as often as it takes', () => {
    const padded = padSymmetric(tf.tensor4d([0, 1, 2], [1, 3, 1, 1]), 16);
    expect(padded.shape).toEqual([1, 16, 16, 1]);
    for (const column of tf.unstack(padded.squeeze([0, 3]), 1)) expect([...column.dataSync()]).toEqual(three);
  });

  it('pads the right side and the bottom of every channel', () => {
    const pixels = (rows: number[], columns: number[]) =>
      rows.flatMap((row) => columns.flatMap((column) => [0, 100].map((channel) => 10 * row + column + channel)));
    const image = tf.tensor4d(pixels([0, 1, 2], [0, 1, 2, 3, 4]), [1, 3, 5, 2]);
    expect([...padSymmetric(image, 8).dataSync()]).toEqual(pixels(three.slice(0, 8), five));
  });

  it('leaves whole multiples as they are', () => {
    const image = pattern(8, 16, 3);
    expect([...padSymmetric(image, 8).dataSync()]).toEqual([...image.dataSync()]);
  });

  it('has the right gradient, and keeps no tensors', () => {
    const image = pattern(3, 5, 2);
    checkGradient((x) => padSymmetric(x, 8), image, { step: 1 });
    expect(leakedTensors(() => padSymmetric(image, 8))).toBe(0);
    const gradient = tf.grad((x: tf.Tensor) => padSymmetric(x as tf.Tensor4D, 16))(tf.ones([1, 1, 1, 1]));
    expect(gradient.dataSync()[0]).toBe(256);
  });

  it('refuses a multiple that is none, and empty images', () => {
    expect(() => padSymmetric(pattern(2, 2, 1), 0)).toThrow(/padSymmetric: multiple must be a positive integer, got 0/);
    expect(() => padSymmetric(tf.zeros([1, 0, 4, 1]), 8)).toThrow(/padSymmetric: .*not empty, got \[1,0,4,1\]/);
  });
});
