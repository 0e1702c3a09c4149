import { tf } from '../../tf.js';
import { type KernelTable, kernel } from './kernel.js';

const { getReshaped, getPermuted, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = tf.backend_util;

export const blocks: KernelTable = {
  DepthToSpace: kernel<tf.DepthToSpaceAttrs>(({ backend, inputs: { x }, attributes: { blockSize: b, dataFormat } }) => {
    const channelsLast = dataFormat === 'NHWC';
    const [n, h, w, c] = channelsLast ? x.shape : [0, 2, 3, 1].map((axis) => x.shape[axis]);
    const depth = c / (b * b);
    const split = channelsLast ? [n, h, w, b, b, depth] : [n, b, b, depth, h, w];
    const order = channelsLast ? [0, 1, 3, 2, 4, 5] : [0, 3, 4, 1, 5, 2];
    const shape = channelsLast ? [n, h * b, w * b, depth] : [n, depth, h * b, w * b];
    const blocks = backend.call('permute', backend.call('reshape', backend.handleOf(x), split), order);
    return backend.wrap(backend.call('reshape', blocks, shape), shape, x.dtype);
  }),

  BatchToSpaceND: kernel<tf.BatchToSpaceNDAttrs>(({ backend, inputs: { x }, attributes: { blockShape, crops } }) => {
    const count = tf.util.sizeFromShape(blockShape);
    const split = getReshaped(x.shape, blockShape, count);
    const joined = getReshapedPermuted(x.shape, blockShape, count);
    const permuted = backend.call(
      'permute',
      backend.call('reshape', backend.handleOf(x), split),
      getPermuted(split.length, blockShape.length),
    );
    const begin = getSliceBeginCoords(crops, blockShape.length);
    const size = [...getSliceSize(joined, crops, blockShape.length), ...joined.slice(blockShape.length + 1)];
    let handle = backend.call('reshape', permuted, joined);
    size.forEach((length, axis) => {
      if (length !== joined[axis]) handle = backend.call('narrow', handle, axis, begin[axis], length);
    });
    return backend.wrap(handle, size, x.dtype);
  }),

  SpaceToBatchND: kernel<tf.SpaceToBatchNDAttrs>(({ backend, inputs: { x }, attributes: { blockShape, paddings } }) => {
    const count = tf.util.sizeFromShape(blockShape);
    const all = x.shape.map((_, axis) => paddings[axis - 1] ?? [0, 0]);
    const padded = backend.call('constant_pad_nd', backend.handleOf(x), all.reverse().flat());
    const paddedShape = x.shape.map((size, axis) => size + (paddings[axis - 1] ?? [0, 0]).reduce((a, b) => a + b));
    const split = getReshaped(paddedShape, blockShape, count, false);
    const order = getPermuted(split.length, blockShape.length, false);
    const shape = getReshapedPermuted(paddedShape, blockShape, count, false);
    const permuted = backend.call('permute', backend.call('reshape', padded, split), order);
    return backend.wrap(backend.call('reshape', permuted, shape), shape, x.dtype);
  }),
};
