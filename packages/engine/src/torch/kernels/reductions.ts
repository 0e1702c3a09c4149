import { tf } from '../../tf.js';
import { scalarType, type TorchBackend } from '../backend.js';
import { type Kernel, type KernelTable, kernel, sizeOf } from './kernel.js';

interface Axes {
  axis?: number | number[];
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

function reducedShape(x: tf.TensorInfo, { axis, reductionIndices, keepDims = false }: Axes) {
  const axes = tf.util.parseAxisParam(axis ?? reductionIndices ?? (null as never), x.shape);
  const [outer, inner] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(outer, axes) : outer;
  return { axes, shape, keepDims, count: sizeOf(inner) };
}

/** Reduction over several axes by an operator `(self, dim[], keepdim)`. */
const overAxes = (operator: string, dtype?: 'int32' | 'float32' | 'bool'): Kernel =>
  kernel<Axes>(({ backend, inputs: { x }, attributes }) => {
    const { axes, shape, keepDims } = reducedShape(x, attributes);
    if (axes.length === 0) return backend.share(x, shape);
    return backend.wrap(backend.call(operator, backend.handleOf(x), axes, keepDims), shape, dtype ?? x.dtype);
  });

/** Reduction over one axis after another by an operator `(self, dim, keepdim)`. */
const axisByAxis = (operator: string): Kernel =>
  kernel<Axes>(({ backend, inputs: { x }, attributes }) => {
    const { axes, shape } = reducedShape(x, attributes);
    let handle = backend.call('alias', backend.handleOf(x));
    for (const axis of axes) handle = backend.call(operator, handle, axis, true);
    return backend.wrap(backend.call('reshape', handle, shape), shape, x.dtype);
  });

const argument = (operator: string): Kernel =>
  kernel<tf.ArgMaxAttrs>(({ backend, inputs: { x }, attributes: { axis } }) => {
    const { shape } = reducedShape(x, { axis });
    const index = backend.call(operator, backend.handleOf(x), tf.util.parseAxisParam(axis, x.shape)[0], false);
    return backend.wrap(backend.call('to.dtype', index, scalarType.int32), shape, 'int32');
  });

const normalized = (operator: string): Kernel =>
  kernel<{ dim?: number; axis?: number }>(({ backend, inputs: { logits }, attributes: { dim = -1, axis = dim } }) =>
    backend.wrap(backend.call(operator, backend.handleOf(logits), axis), logits.shape, logits.dtype),
  );

const sum = (backend: TorchBackend, x: tf.TensorInfo, attributes: Axes): tf.TensorInfo => {
  const dtype = x.dtype === 'float32' ? 'float32' : 'int32';
  const { axes, shape, keepDims } = reducedShape(x, attributes);
  if (axes.length === 0 && dtype === x.dtype) return backend.share(x, shape);
  const handle = backend.handleOf(x);
  // Without axes ATen would sum over all of them.
  const total =
    axes.length === 0
      ? backend.call('to.dtype', handle, scalarType[dtype])
      : backend.call('sum.dim_IntList', handle, axes, keepDims, scalarType[dtype]);
  return backend.wrap(total, shape, dtype);
};

export const reductions: KernelTable = {
  All: axisByAxis('all.dim'),
  Any: axisByAxis('any.dim'),
  ArgMax: argument('argmax'),
  ArgMin: argument('argmin'),
  LogSoftmax: normalized('log_softmax.int'),
  Max: overAxes('amax'),
  Min: overAxes('amin'),
  Softmax: normalized('softmax.int'),
  Sum: kernel<Axes>(({ backend, inputs: { x }, attributes }) => sum(backend, x, attributes)),
  Mean: kernel<Axes>(({ backend, inputs: { x }, attributes }) => {
    const { axes, shape, keepDims } = reducedShape(x, attributes);
    const values = backend.call('to.dtype', backend.handleOf(x), scalarType.float32);
    const mean = axes.length === 0 ? values : backend.call('mean.dim', values, axes, keepDims);
    return backend.wrap(mean, shape, 'float32');
  }),
};
