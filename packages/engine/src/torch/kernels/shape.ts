import { tf } from '../../tf.js';
import { scalarType } from '../backend.js';
import { type Kernel, type KernelTable, kernel } from './kernel.js';

const { slice_util } = tf;

const reshape = kernel<tf.ReshapeAttrs>(({ backend, inputs: { x }, attributes: { shape } }) =>
  backend.share(x, tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x.shape))),
);

/** `index -> position` on an axis extended by reflection, with (`symmetric`) or without the edge repeated. */
function mirrored(size: number, [before, after]: [number, number], mode: 'reflect' | 'symmetric'): Int32Array {
  const period = mode === 'symmetric' ? 2 * size : Math.max(2 * size - 2, 1);
  return Int32Array.from({ length: before + size + after }, (_, index) => {
    const position = (((index - before) % period) + period) % period;
    return position < size ? position : period - position - (mode === 'symmetric' ? 1 : 0);
  });
}

const filled = (value: number): Kernel =>
  kernel(({ backend, inputs: { x } }) => {
    const dtype = scalarType[x.dtype as keyof typeof scalarType];
    return backend.wrap(backend.call('full_like', backend.handleOf(x), value, dtype), x.shape, x.dtype);
  });

export const shape: KernelTable = {
  Reshape: reshape,
  ExpandDims: kernel<tf.ExpandDimsAttrs>(({ backend, inputs: { input }, attributes: { dim } }) => {
    const expanded = [...input.shape];
    expanded.splice(dim < 0 ? input.shape.length + dim + 1 : dim, 0, 1);
    return backend.share(input, expanded);
  }),
  Identity: kernel(({ backend, inputs: { x } }) => backend.share(x, x.shape)),
  OnesLike: filled(1),
  ZerosLike: filled(0),
  Fill: kernel<tf.FillAttrs>(({ backend, attributes: { shape, value, dtype } }) => {
    const type = dtype ?? tf.util.inferDtype(value);
    const options = [scalarType[type as keyof typeof scalarType], null, backend.device];
    return backend.wrap(backend.call('full', shape, value, ...options), shape, type);
  }),

  Transpose: kernel<tf.TransposeAttrs>(({ backend, inputs: { x }, attributes: { perm } }) => {
    const permuted = perm.map((axis) => x.shape[axis]);
    return backend.wrap(backend.call('permute', backend.handleOf(x), perm), permuted, x.dtype);
  }),
  Reverse: kernel<tf.ReverseAttrs>(({ backend, inputs: { x }, attributes: { dims } }) => {
    const axes = tf.util.parseAxisParam(dims, x.shape);
    return backend.wrap(backend.call('flip', backend.handleOf(x), axes), x.shape, x.dtype);
  }),
  Tile: kernel<tf.TileAttrs>(({ backend, inputs: { x }, attributes: { reps } }) => {
    const tiled = x.shape.map((size, axis) => size * reps[axis]);
    return backend.wrap(backend.call('tile', backend.handleOf(x), reps), tiled, x.dtype);
  }),

  Concat: kernel<tf.ConcatAttrs>(({ backend, inputs, attributes }) => {
    const tensors = Object.values(inputs);
    const axis = tf.util.parseAxisParam(attributes.axis, tensors[0].shape)[0];
    const shape = tf.backend_util.computeOutShape(
      tensors.map((tensor) => tensor.shape),
      axis,
    );
    const joined = backend.call(
      'cat',
      tensors.map((tensor) => backend.handleOf(tensor)),
      axis,
    );
    return backend.wrap(joined, shape, tensors[0].dtype);
  }),
  Pack: kernel<tf.PackAttrs>(({ backend, inputs, attributes: { axis } }) => {
    const tensors = Object.values(inputs);
    const stacked = backend.call(
      'stack',
      tensors.map((tensor) => backend.handleOf(tensor)),
      axis,
    );
    const shape = [...tensors[0].shape];
    shape.splice(axis, 0, tensors.length);
    return backend.wrap(stacked, shape, tensors[0].dtype);
  }),
  Unpack: kernel<tf.UnpackAttrs>(({ backend, inputs: { value }, attributes }) => {
    const axis = tf.util.parseAxisParam(attributes.axis, value.shape)[0];
    const shape = value.shape.filter((_, i) => i !== axis);
    const parts = backend.callMany('unbind.int', backend.handleOf(value), axis);
    return parts.map((part) => backend.wrap(part!, shape, value.dtype));
  }),
  SplitV: kernel<tf.SplitVAttrs>(({ backend, inputs: { x }, attributes }) => {
    const axis = tf.util.parseAxisParam(attributes.axis, x.shape)[0];
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, attributes.numOrSizeSplits, axis);
    const parts = backend.callMany('split_with_sizes', backend.handleOf(x), sizes, axis);
    return parts.map((part, i) =>
      backend.wrap(
        part!,
        x.shape.map((size, a) => (a === axis ? sizes[i] : size)),
        x.dtype,
      ),
    );
  }),
  Slice: kernel<tf.SliceAttrs>(({ backend, inputs: { x }, attributes }) => {
    const [begin, size] = slice_util.parseSliceParams(x as tf.Tensor, attributes.begin, attributes.size);
    slice_util.assertParamsValid(x as tf.Tensor, begin, size);
    let handle = backend.call('alias', backend.handleOf(x));
    for (let axis = 0; axis < size.length; axis++) {
      if (size[axis] !== x.shape[axis]) handle = backend.call('narrow', handle, axis, begin[axis], size[axis]);
    }
    return backend.wrap(handle, size, x.dtype);
  }),

  PadV2: kernel<tf.PadV2Attrs>(({ backend, inputs: { x }, attributes: { paddings, constantValue } }) => {
    const padded = x.shape.map((size, axis) => paddings[axis][0] + size + paddings[axis][1]);
    // ATen lists paddings from the last axis to the first.
    const amounts = [...paddings].reverse().flat();
    return backend.wrap(backend.call('constant_pad_nd', backend.handleOf(x), amounts, constantValue), padded, x.dtype);
  }),
  MirrorPad: kernel<tf.MirrorPadAttrs>(({ backend, inputs: { x }, attributes: { paddings, mode } }) => {
    let handle = backend.call('alias', backend.handleOf(x));
    const shape = [...x.shape];
    paddings.forEach((padding, axis) => {
      if (padding[0] === 0 && padding[1] === 0) return;
      const index = mirrored(x.shape[axis], padding, mode);
      shape[axis] = index.length;
      handle = backend.call('index_select', handle, axis, backend.upload(index, [index.length]));
    });
    return backend.wrap(handle, shape, x.dtype);
  }),

  GatherV2: kernel<tf.GatherV2Attrs>(({ backend, inputs: { x, indices }, attributes: { axis, batchDims } }) => {
    const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(
      x as tf.Tensor,
      indices as tf.Tensor,
      tf.util.parseAxisParam(axis, x.shape)[0],
      batchDims,
    );
    if (info.batchSize !== 1) throw new Error(`batchDims ${batchDims} is not supported`);
    const flat = backend.call('reshape', backend.handleOf(x), [info.outerSize, info.dimSize, info.sliceSize]);
    const index = backend.call('reshape', backend.handleOf(indices), [-1]);
    const gathered = backend.call('index_select', flat, 1, index);
    return backend.wrap(backend.call('reshape', gathered, info.outputShape), info.outputShape, x.dtype);
  }),
  UnsortedSegmentSum: kernel<tf.UnsortedSegmentSumAttrs>(
    ({ backend, inputs: { x, segmentIds }, attributes: { numSegments } }) => {
      const shape = [numSegments, ...x.shape.slice(1)];
      const handle = backend.handleOf(x);
      const zeros = backend.call('new_zeros', handle, shape);
      return backend.wrap(backend.call('index_add', zeros, 0, backend.handleOf(segmentIds), handle), shape, x.dtype);
    },
  ),
};
