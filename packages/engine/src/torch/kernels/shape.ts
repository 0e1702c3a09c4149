import { tf } from '../../tf.js';
import { type KernelTable, kernel } from './kernel.js';

export const shape: KernelTable = {
  Identity: ({ backend, inputs: { x } }) => backend.share(x, x.shape),
  Reshape: kernel<tf.ReshapeAttrs>(({ backend, inputs: { x }, attributes: { shape } }) =>
    backend.share(x, tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x.shape))),
  ),
  ExpandDims: kernel<tf.ExpandDimsAttrs>(({ backend, inputs: { input }, attributes: { dim } }) => {
    const rank = input.shape.length;
    if (dim < -(rank + 1) || dim > rank) throw new Error(`axis must be in [${-(rank + 1)}, ${rank}], got ${dim}`);
    const expanded = [...input.shape];
    expanded.splice(dim < 0 ? rank + dim + 1 : dim, 0, 1);
    return backend.share(input, expanded);
  }),

  Transpose: kernel<tf.TransposeAttrs>(({ backend, inputs: { x }, attributes: { perm } }) => {
    const permuted = perm.map((axis) => x.shape[axis]);
    return backend.wrap(backend.call('permute', backend.handleOf(x), perm), permuted, x.dtype);
  }),
  Reverse: kernel<tf.ReverseAttrs>(({ backend, inputs: { x }, attributes: { dims } }) => {
    const axes = tf.util.parseAxisParam(dims, x.shape);
    return backend.wrap(backend.call('flip', backend.handleOf(x), axes), x.shape, x.dtype);
  }),
  FlipLeftRight: ({ backend, inputs: { image } }) =>
    backend.wrap(backend.call('flip', backend.handleOf(image), [2]), image.shape, image.dtype),
  Tile: kernel<tf.TileAttrs>(({ backend, inputs: { x }, attributes: { reps } }) => {
    const tiled = x.shape.map((size, axis) => size * reps[axis]);
    // A single element is repeated as a view of it.
    const isExpansion = x.shape.every((size, axis) => size === 1 || reps[axis] === 1);
    const handle = isExpansion
      ? backend.call('expand', backend.handleOf(x), tiled)
      : backend.call('tile', backend.handleOf(x), reps);
    return backend.wrap(handle, tiled, x.dtype);
  }),
  BroadcastTo: kernel<tf.BroadCastToAttrs>(({ backend, inputs: { x }, attributes: { shape } }) =>
    backend.wrap(backend.call('expand', backend.handleOf(x), shape), shape, x.dtype),
  ),
  Diag: ({ backend, inputs: { x } }) => {
    const square = backend.call('diag_embed', backend.call('reshape', backend.handleOf(x), [-1]));
    const shape = [...x.shape, ...x.shape];
    return backend.wrap(backend.call('reshape', square, shape), shape, x.dtype);
  },
};
