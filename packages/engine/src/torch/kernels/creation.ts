import { tf } from '../../tf.js';
import { cast, type Kernel, type KernelTable, kernel, options, scalarOf, scalarTypeOf } from './kernel.js';

const filled = (value: number): Kernel =>
  kernel(({ backend, inputs: { x } }) =>
    x.dtype === 'string'
      ? { ...x, dataId: backend.write(new Array(tf.util.sizeFromShape(x.shape)).fill(''), x.shape, 'string') }
      : backend.wrap(backend.call('full_like', backend.handleOf(x), value, scalarTypeOf(x.dtype)), x.shape, x.dtype),
  );

function evenly(start: number, step: number, count: number): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = start + i * step;
  return values;
}

function accumulated(start: number, step: number, count: number): Int32Array {
  const values = new Int32Array(count);
  for (let i = 0; i < count; i++) values[i] = i === 0 ? start : values[i - 1] + step;
  return values;
}

export const creation: KernelTable = {
  OnesLike: filled(1),
  ZerosLike: filled(0),
  Fill: kernel<tf.FillAttrs>(({ backend, attributes: { shape, value, dtype } }) => {
    const type = dtype ?? tf.util.inferDtype(value);
    if (type === 'string') {
      const strings = new Array(tf.util.sizeFromShape(shape)).fill(tf.util.encodeString(value as string));
      return { dataId: backend.write(strings, shape, type), shape, dtype: type };
    }
    return backend.wrap(
      backend.call('full', shape, scalarOf(value as number, type), ...options(backend, type)),
      shape,
      type,
    );
  }),
  // Both are computed on the host in double precision, so that their lengths and last numbers are exact.
  Range: kernel<Omit<tf.RangeAttrs, 'dtype'> & { dtype?: tf.NumericDataType }>(
    ({ backend, attributes: { start, stop, step, dtype = 'float32' } }) => {
      // TFJS takes the direction from the ends when the step is the default one.
      const stride = stop < start && step === 1 ? -1 : step;
      const empty = start === stop || (start < stop && stride < 0) || (stop < start && stride > 0);
      const count = empty ? 0 : Math.ceil((stop - start) / stride);
      // In integers TFJS adds the step again and again, and cuts off decimals each time.
      const values = dtype === 'float32' ? evenly(start, stride, count) : accumulated(start, stride, count);
      return backend.wrap(backend.upload(dtype === 'bool' ? Uint8Array.from(values) : values, [count]), [count], dtype);
    },
  ),
  LinSpace: kernel<tf.LinSpaceAttrs>(({ backend, attributes: { start, stop, num } }) =>
    backend.wrap(backend.upload(evenly(start, (stop - start) / (num - 1 || 1), num), [num]), [num], 'float32'),
  ),
  OneHot: kernel<tf.OneHotAttrs>(
    ({ backend, inputs: { indices }, attributes: { depth, onValue, offValue, dtype } }) => {
      const classes = backend.call('arange', depth, ...options(backend, 'int32'));
      const chosen = backend.call('eq.Tensor', backend.call('unsqueeze', backend.handleOf(indices), -1), classes);
      const values = backend.call('where.Scalar', chosen, scalarOf(onValue, dtype), scalarOf(offValue, dtype));
      return backend.wrap(cast(backend, values, dtype), [...indices.shape, depth], dtype);
    },
  ),
};
