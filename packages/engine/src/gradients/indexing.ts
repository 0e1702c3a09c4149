import { tf } from '../tf.js';
import { type GradientTable, gradient } from './gradient.js';

const segmentSumOfTfjs = tf.getGradient('UnsortedSegmentSum');

export const indexing: GradientTable = {
  UnsortedSegmentSum: gradient({
    why: 'wrong: fails where the segments depend on what is differentiated',
    inputsToSave: ['segmentIds'],
    gradFunc: (dy, saved) => ({
      ...(segmentSumOfTfjs.gradFunc(dy, saved, {}) as Record<string, () => tf.Tensor>),
      segmentIds: () => tf.zeros(saved[0].shape),
    }),
  }),

  GatherV2: gradient<tf.GatherV2Attrs>({
    why: 'wrong: fails for more than one batch axis and where the indices depend on what is differentiated',
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, [x, indices], { axis, batchDims = 0 }) => ({
      // x is [batch, outer, size, inner], the indices are [batch, count] and dy is [batch, outer, count, inner]. Each row
      // of dy is added to the row of x that it was taken from, over all batches at once.
      x: () => {
        const at = tf.util.parseAxisParam(axis, x.shape)[0];
        const { sizeFromShape } = tf.util;
        const batch = sizeFromShape(x.shape.slice(0, batchDims));
        const outer = sizeFromShape(x.shape.slice(batchDims, at));
        const inner = sizeFromShape(x.shape.slice(at + 1));
        const size = x.shape[at];
        const count = indices.size / batch;
        const rows = tf.transpose(tf.reshape(dy, [batch, outer, count, inner]), [0, 2, 1, 3]);
        const offsets = tf.range(0, batch, 1, 'int32').mul(tf.scalar(size, 'int32')).expandDims(1);
        const places = tf.reshape(tf.add(tf.reshape(indices, [batch, count]), offsets), [-1]) as tf.Tensor1D;
        const sums = tf.unsortedSegmentSum(tf.reshape(rows, [batch * count, outer * inner]), places, batch * size);
        return tf.reshape(tf.transpose(tf.reshape(sums, [batch, size, outer, inner]), [0, 2, 1, 3]), x.shape);
      },
      indices: () => tf.zeros(indices.shape),
    }),
  }),

  GatherNd: gradient({
    why: 'missing',
    inputsToSave: ['params', 'indices'],
    gradFunc: (dy, [params, indices]) => ({
      params: () => tf.scatterND(indices, dy, params.shape),
      indices: () => tf.zeros(indices.shape),
    }),
  }),

  ScatterNd: gradient({
    why: 'missing',
    inputsToSave: ['indices'],
    gradFunc: (dy, [indices]) => ({
      updates: () => tf.gatherND(dy, indices),
      indices: () => tf.zeros(indices.shape),
    }),
  }),

  TensorScatterUpdate: gradient({
    why: 'missing',
    inputsToSave: ['indices', 'updates'],
    gradFunc: (dy, [indices, updates]) => ({
      tensor: () => tf.tensorScatterUpdate(dy, indices, tf.zerosLike(updates)),
      updates: () => tf.gatherND(dy, indices),
      indices: () => tf.zeros(indices.shape),
    }),
  }),

  SparseToDense: gradient<tf.SparseToDenseAttrs>({
    why: 'missing',
    inputsToSave: ['sparseIndices', 'sparseValues'],
    gradFunc: (dy, [indices, values]) => {
      const places = tf.reshape(indices, [-1, dy.rank]);
      const taken = () => tf.gatherND(dy, places);
      return {
        sparseValues: () => (values.rank === 0 ? tf.sum(taken()) : taken()),
        defaultValue: () => tf.sub(tf.sum(dy), tf.sum(taken())),
        sparseIndices: () => tf.zeros(indices.shape),
      };
    },
  }),

  TopK: gradient<tf.TopKAttrs, tf.Tensor[]>({
    why: 'missing',
    inputsToSave: ['x'],
    outputsToSave: [false, true],
    gradFunc: ([dy], [x, indices]) => ({
      x: () => tf.sum(tf.mul(tf.oneHot(indices, x.shape.at(-1)!), tf.expandDims(dy, -1)), -2),
    }),
  }),
};
