import { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { type KernelTable, kernel, scalarTypeOf } from './kernel.js';

const LONG = 4;

const { collectGatherOpShapeInfo } = tf.backend_util.segment_util;

/** Row numbers of multi-dimensional indices [..., K] into the first K axes of a shape. */
function rowsOf(backend: TorchBackend, indices: tf.TensorInfo, shape: number[]): Handle {
  const depth = indices.shape.at(-1)!;
  const sizes = shape.slice(0, depth);
  const list = backend.call('reshape', backend.handleOf(indices), [
    tf.util.sizeFromShape(indices.shape.slice(0, -1)),
    depth,
  ]);
  if (backend.device === 'cpu') return backend.call('sandwich::rows_of', list, sizes);
  const strides = tf.util.computeStrides([...sizes, 1]);
  const weights = backend.upload(Int32Array.from(strides), [depth]);
  return backend.call('sum.dim_IntList', backend.call('mul.Tensor', list, weights), [-1], false, LONG);
}

/** Rows of `updates` written over the rows of `base` that the indices name. */
function scatter(
  backend: TorchBackend,
  base: Handle,
  indices: tf.TensorInfo,
  updates: tf.TensorInfo,
  shape: number[],
  operator: 'index_copy' | 'index_add',
): tf.TensorInfo {
  const info = tf.backend_util.calculateShapes(updates, indices, shape);
  const { sliceSize, numUpdates, outputSize } = info;
  const depth = indices.shape.length < 2 ? 1 : indices.shape.at(-1)!;
  const list = { ...indices, shape: [numUpdates, depth] };
  const rows = backend.call('reshape', base, [outputSize / sliceSize, sliceSize]);
  const source = backend.call('expand', backend.call('reshape', backend.handleOf(updates), [-1, sliceSize]), [
    numUpdates,
    sliceSize,
  ]);
  const scattered = backend.call(operator, rows, 0, rowsOf(backend, list, shape), source);
  return backend.wrap(backend.call('reshape', scattered, shape), shape, updates.dtype);
}

export const gather: KernelTable = {
  GatherV2: kernel<tf.GatherV2Attrs>(({ backend, inputs: { x, indices }, attributes: { axis, batchDims } }) => {
    const along = tf.util.parseAxisParam(axis, x.shape)[0];
    const info = collectGatherOpShapeInfo(x as tf.Tensor, indices as tf.Tensor, along, batchDims);
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info;
    const slices = backend.call('reshape', backend.handleOf(x), [batchSize, outerSize, dimSize, sliceSize]);
    const index = backend.handleOf(indices);
    let gathered: Handle;
    if (batchSize === 1) {
      gathered = backend.call('index_select', slices, 2, backend.call('reshape', index, [-1]));
    } else {
      const count = tf.util.sizeFromShape(indices.shape.slice(batchDims));
      const positions = backend.call('reshape', backend.call('to.dtype', index, LONG), [batchSize, 1, count, 1]);
      const all = backend.call('expand', positions, [batchSize, outerSize, count, sliceSize]);
      gathered = backend.call('gather', slices, 2, all);
    }
    return backend.wrap(backend.call('reshape', gathered, outputShape), outputShape, x.dtype);
  }),

  GatherNd: ({ backend, inputs: { params, indices } }) => {
    const [shape, , sliceSize] = tf.backend_util.prepareAndValidate(params as tf.Tensor, indices as tf.Tensor);
    const rows = backend.call('reshape', backend.handleOf(params), [
      tf.util.sizeFromShape(params.shape) / sliceSize,
      sliceSize,
    ]);
    const gathered = backend.call('index_select', rows, 0, rowsOf(backend, indices, params.shape));
    return backend.wrap(backend.call('reshape', gathered, shape), shape, params.dtype);
  },

  ScatterNd: kernel<tf.ScatterNdAttrs>(({ backend, inputs: { indices, updates }, attributes: { shape } }) => {
    const zeros = backend.call('new_zeros', backend.handleOf(updates), shape);
    return scatter(backend, zeros, indices, updates, shape, 'index_add');
  }),
  TensorScatterUpdate: ({ backend, inputs: { tensor, indices, updates } }) =>
    scatter(backend, backend.handleOf(tensor), indices, updates, tensor.shape, 'index_copy'),
  SparseToDense: kernel<tf.SparseToDenseAttrs>(
    ({ backend, inputs: { sparseIndices, sparseValues, defaultValue }, attributes: { outputShape } }) => {
      const base = backend.call('expand', backend.handleOf(defaultValue), outputShape);
      return scatter(backend, base, sparseIndices, sparseValues, outputShape, 'index_copy');
    },
  ),

  // Ids that name no segment are left out: they are sent to a row behind the others, which is cut off.
  UnsortedSegmentSum: kernel<tf.UnsortedSegmentSumAttrs>(
    ({ backend, inputs: { x, segmentIds }, attributes: { numSegments } }) => {
      const handle = backend.handleOf(x);
      const ids = backend.handleOf(segmentIds);
      const rest = backend.call('full_like', ids, numSegments, scalarTypeOf('int32'));
      const within = backend.call('clamp_max', ids, BigInt(numSegments));
      const rows = backend.call('where.self', backend.call('lt.Scalar', ids, 0), rest, within);
      const zeros = backend.call('new_zeros', handle, [numSegments + 1, ...x.shape.slice(1)]);
      const sums = backend.call('index_add', zeros, 0, rows, handle);
      const shape = [numSegments, ...x.shape.slice(1)];
      return backend.wrap(backend.call('narrow', sums, 0, 0, numSegments), shape, x.dtype);
    },
  ),
};
