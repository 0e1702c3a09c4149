import { tf } from '../../tf.js';
import { cast, type Kernel, type KernelTable, kernel, scalarTypeOf } from './kernel.js';

interface Axes {
  axis?: number | number[];
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

const { computeOutAndReduceShapes, expandShapeToKeepDim } = tf.backend_util;

function reducedShape(x: tf.TensorInfo, { axis, reductionIndices, keepDims = false }: Axes) {
  const axes = tf.util.parseAxisParam(axis ?? reductionIndices ?? (null as never), x.shape);
  const [outer] = computeOutAndReduceShapes(x.shape, axes);
  return { axes, shape: keepDims ? expandShapeToKeepDim(outer, axes) : outer, keepDims };
}

/** Reduction over several axes by an operator `(self, dim[], keepdim)`. */
const overAxes = (operator: string): Kernel =>
  kernel<Axes>(({ backend, inputs: { x }, attributes }) => {
    const { axes, shape, keepDims } = reducedShape(x, attributes);
    if (axes.length === 0) return backend.share(x, shape);
    return backend.wrap(backend.call(operator, backend.handleOf(x), axes, keepDims), shape, x.dtype);
  });

/** Reduction over one axis after another by an operator `(self, dim, keepdim, further)`, in the given type. */
const axisByAxis = (operator: string, typeOf = (x: tf.TensorInfo) => x.dtype): Kernel =>
  kernel<Axes>(({ backend, inputs: { x }, attributes }) => {
    const { axes, shape } = reducedShape(x, attributes);
    const dtype = typeOf(x);
    let handle = backend.handleOf(x);
    for (const axis of axes) handle = backend.call(operator, handle, axis, true);
    return backend.wrap(cast(backend, backend.call('reshape', handle, shape), dtype), shape, dtype);
  });

/** Position of the largest or smallest number, not of a NaN, which ATen would take for both. */
const argument = (operator: string, instead: number): Kernel =>
  kernel<tf.ArgMaxAttrs>(({ backend, inputs: { x }, attributes: { axis } }) => {
    const { axes, shape } = reducedShape(x, { axis });
    const handle = backend.handleOf(x);
    const numbers =
      x.dtype === 'float32'
        ? backend.call('nan_to_num', handle, instead, Infinity, -Infinity)
        : cast(backend, handle, 'int32');
    const index = backend.call(operator, numbers, axes[0], false);
    return backend.wrap(cast(backend, index, 'int32'), shape, 'int32');
  });

export const reductions: KernelTable = {
  All: axisByAxis('all.dim'),
  Any: axisByAxis('any.dim'),
  ArgMax: argument('argmax', -Infinity),
  ArgMin: argument('argmin', Infinity),
  Max: overAxes('amax'),
  Min: overAxes('amin'),
  Prod: axisByAxis('prod.dim_int', (x) => tf.upcastType(x.dtype, 'int32')),
  Sum: kernel<Axes>(({ backend, inputs: { x }, attributes }) => {
    const dtype = tf.upcastType(x.dtype, 'int32');
    const { axes, shape, keepDims } = reducedShape(x, attributes);
    if (axes.length === 0 && dtype === x.dtype) return backend.share(x, shape);
    const handle = backend.handleOf(x);
    // Without axes ATen would sum over all of them.
    const total =
      axes.length === 0
        ? cast(backend, handle, dtype)
        : backend.call('sum.dim_IntList', handle, axes, keepDims, scalarTypeOf(dtype));
    return backend.wrap(total, shape, dtype);
  }),
  Mean: kernel<Axes>(({ backend, inputs: { x }, attributes }) => {
    const { axes, shape, keepDims } = reducedShape(x, attributes);
    const values = cast(backend, backend.handleOf(x), 'float32');
    const mean = axes.length === 0 ? values : backend.call('mean.dim', values, axes, keepDims);
    return backend.wrap(mean, shape, 'float32');
  }),
};
