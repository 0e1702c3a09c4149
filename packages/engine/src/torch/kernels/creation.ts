import { tf } from '../../tf.js';
import { cast, type Kernel, type KernelTable, kernel, options, scalarTypeOf } from './kernel.js';

const filled = (value: number): Kernel =>
  kernel(({ backend, inputs: { x } }) =>
    x.dtype === 'string'
      ? { ...x, dataId: backend.write(new Array(tf.util.sizeFromShape(x.shape)).fill(''), x.shape, 'string') }
      : backend.wrap(backend.call('full_like', backend.handleOf(x), value, scalarTypeOf(x.dtype)), x.shape, x.dtype),
  );

export const creation: KernelTable = {
  OnesLike: filled(1),
  ZerosLike: filled(0),
  Fill: kernel<tf.FillAttrs>(({ backend, attributes: { shape, value, dtype } }) => {
    const type = dtype ?? tf.util.inferDtype(value);
    if (type === 'string') {
      const strings = new Array(tf.util.sizeFromShape(shape)).fill(tf.util.encodeString(value as string));
      return { dataId: backend.write(strings, shape, type), shape, dtype: type };
    }
    return backend.wrap(backend.call('full', shape, value, ...options(backend, type)), shape, type);
  }),
  Range: kernel<tf.RangeAttrs>(({ backend, attributes: { start, stop, step, dtype } }) => {
    // TFJS takes the direction from the ends when the step is the default one.
    const stride = stop < start && step === 1 ? -1 : step;
    const empty = start === stop || (start < stop && stride < 0) || (stop < start && stride > 0);
    const count = empty ? 0 : Math.ceil((stop - start) / stride);
    const type = dtype ?? 'float32';
    const end = start + count * stride;
    return backend.wrap(
      backend.call('arange.start_step', start, empty ? start : end, stride, ...options(backend, type)),
      [count],
      type,
    );
  }),
  LinSpace: kernel<tf.LinSpaceAttrs>(({ backend, attributes: { start, stop, num } }) =>
    backend.wrap(backend.call('linspace', start, stop, num, ...options(backend, 'float32')), [num], 'float32'),
  ),
  OneHot: kernel<tf.OneHotAttrs>(
    ({ backend, inputs: { indices }, attributes: { depth, onValue, offValue, dtype } }) => {
      const classes = backend.call('arange', depth, ...options(backend, 'int32'));
      const chosen = backend.call('eq.Tensor', backend.call('unsqueeze', backend.handleOf(indices), -1), classes);
      const values = backend.call('where.Scalar', chosen, onValue, offValue);
      return backend.wrap(cast(backend, values, dtype), [...indices.shape, depth], dtype);
    },
  ),
};
