import { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import { type KernelTable, kernel } from './kernel.js';

const { slice_util } = tf;

export const slicing: KernelTable = {
  Slice: kernel<tf.SliceAttrs>(({ backend, inputs: { x }, attributes }) => {
    const [begin, size] = slice_util.parseSliceParams(x as tf.Tensor, attributes.begin, attributes.size);
    slice_util.assertParamsValid(x as tf.Tensor, begin, size);
    let handle = backend.call('alias', backend.handleOf(x));
    for (let axis = 0; axis < size.length; axis++) {
      if (size[axis] !== x.shape[axis]) handle = backend.call('narrow', handle, axis, begin[axis], size[axis]);
    }
    return backend.wrap(handle, size, x.dtype);
  }),

  // ATen's steps are positive: a slice backwards is taken forwards from its last element and turned round.
  StridedSlice: kernel<tf.StridedSliceAttrs>(({ backend, inputs: { x }, attributes: a }) => {
    const { finalShape, begin, end, strides } = slice_util.sliceInfo(
      x.shape,
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    );
    let handle: Handle = backend.handleOf(x);
    const backwards: number[] = [];
    for (let axis = 0; axis < strides.length; axis++) {
      const step = strides[axis];
      const count = Math.max(0, Math.ceil((end[axis] - begin[axis]) / step));
      const low = step > 0 || count === 0 ? begin[axis] : begin[axis] + (count - 1) * step;
      const high = count === 0 ? low : low + (count - 1) * Math.abs(step) + 1;
      handle = backend.call('slice.Tensor', handle, axis, low, high, Math.abs(step));
      if (step < 0) backwards.push(axis);
    }
    if (backwards.length > 0) handle = backend.call('flip', handle, backwards);
    return backend.wrap(backend.call('reshape', handle, finalShape), finalShape, x.dtype);
  }),
};
