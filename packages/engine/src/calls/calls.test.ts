import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from '../index.js';

const index = (...values: number[]) => tf.tensor2d(values, [1, values.length], 'int32');

describe.each(presentEngines())('calls on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it('refuses axes that are named twice', () => {
    tf.tidy(() => {
      const x = tf.ones([2, 3]);
      for (const reduce of [tf.sum, tf.mean, tf.max, tf.min, tf.prod]) {
        expect(() => reduce(x, [0, -2])).toThrow(/the axes \[0,-2\] name one of them twice/);
      }
      expect(() => tf.any(tf.cast(x, 'bool'), [1, 1])).toThrow('Any: the axes [1,1] name one of them twice');
      expect(() => tf.reverse(x, [1, 1])).toThrow(/Reverse: .* twice/);
      expect(() => tf.transpose(x, [0, 0])).toThrow(/Transpose: .* twice/);
    });
  });

  it('refuses an index beyond one of its axes, where all of them lead to a number of the tensor', () => {
    tf.tidy(() => {
      const x = tf.ones([2, 3]);
      const one = tf.tensor1d([9]);
      expect(() => tf.gatherND(x, index(0, 4))).toThrow(
        /GatherNd.*the index \[0, 4\] is outside of the shape \[2, 3\]/,
      );
      expect(() => tf.gatherND(x, index(1, -1))).toThrow(/GatherNd.*the index \[1, -1\] is outside/);
      expect(() => tf.gatherND(x, index(2, 0))).toThrow(/GatherNd.*the index \[2, 0\] is outside/);
      expect(() => tf.scatterND(index(0, 3), one, [2, 3])).toThrow(/ScatterNd.*the index \[0, 3\] is outside/);
      expect(() => tf.tensorScatterUpdate(x, index(0, 3), one)).toThrow(/TensorScatterUpdate.*the index \[0, 3\]/);
      expect(() => tf.sparseToDense(index(0, 3), one, [2, 3])).toThrow(/SparseToDense.*the index \[0, 3\]/);
      expect(tf.gatherND(tf.range(0, 6).reshape([2, 3]), index(1, 2)).arraySync()).toEqual([5]);
      expect(tf.unsortedSegmentSum(tf.ones([3]), tf.tensor1d([0, 7, -1], 'int32'), 2).arraySync()).toEqual([1, 0]);
    });
  });

  it('multiplies any number of operands by einsum, and differentiates it', () => {
    tf.tidy(() => {
      const matrix = (rows: number, columns: number) => tf.range(1, rows * columns + 1).reshape([rows, columns]);
      const [a, b, c] = [matrix(2, 3), matrix(3, 2), matrix(2, 2)];
      // NumPy: numpy.einsum('ij,jk,kl->il', a, b, c)
      expect(tf.einsum('ij,jk,kl->il', a, b, c).arraySync()).toEqual([[106, 156], [241, 354]]); // biome-ignore format: rows
      expect(tf.einsum('i,i,i,i->', ...new Array(4).fill(tf.tensor1d([1, 2]))).arraySync()).toBe(17);
      const gradients = tf.grads((a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => tf.einsum('ij,jk,kl->', a, b, c))([
        a,
        b,
        c,
      ]);
      // The gradient of the sum of all: the sums of the other factors' rows and columns.
      expect(gradients.map((gradient) => gradient.arraySync())).toEqual([
        [[17, 37, 57], [17, 37, 57]],
        [[15, 35], [21, 49], [27, 63]],
        [[71, 71], [92, 92]],
      ]); // biome-ignore format: rows
    });
  });
});
