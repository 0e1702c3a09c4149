import { tf } from '../../tf.js';
import { type Kernel, type KernelTable, kernel, scalarOf, scalarTypeOf } from './kernel.js';

/** Running sums or products along an axis; `exclusive` ones begin with the neutral element and leave out the last. */
const running = (operator: string, neutral: number): Kernel =>
  kernel<tf.CumsumAttrs>(({ backend, inputs: { x }, attributes: { axis, exclusive, reverse } }) => {
    const [along] = tf.util.parseAxisParam(axis, x.shape);
    const dtype = tf.upcastType(x.dtype, 'int32');
    let handle = backend.handleOf(x);
    if (reverse) handle = backend.call('flip', handle, [along]);
    if (exclusive && !x.shape.includes(0)) {
      const before = new Array(2 * (x.shape.length - 1 - along)).fill(0);
      handle = backend.call('constant_pad_nd', handle, [...before, 1, -1], scalarOf(neutral, x.dtype));
    }
    handle = backend.call(operator, handle, along, scalarTypeOf(dtype));
    if (reverse) handle = backend.call('flip', handle, [along]);
    return backend.wrap(handle, x.shape, dtype);
  });

export const cumulative: KernelTable = {
  Cumsum: running('cumsum', 0),
  Cumprod: running('cumprod', 1),
};
