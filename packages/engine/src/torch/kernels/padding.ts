import type { tf } from '../../tf.js';
import { type KernelTable, kernel, options, scalarOf } from './kernel.js';

/** `index -> position` on an axis extended by reflection, with (`symmetric`) or without the edge repeated. */
function mirrored(size: number, [before, after]: [number, number], mode: 'reflect' | 'symmetric'): Int32Array {
  const period = mode === 'symmetric' ? 2 * size : Math.max(2 * size - 2, 1);
  return Int32Array.from({ length: before + size + after }, (_, index) => {
    const position = (((index - before) % period) + period) % period;
    return position < size ? position : period - position - (mode === 'symmetric' ? 1 : 0);
  });
}

export const padding: KernelTable = {
  PadV2: kernel<tf.PadV2Attrs>(({ backend, inputs: { x }, attributes: { paddings, constantValue } }) => {
    const padded = x.shape.map((size, axis) => paddings[axis][0] + size + paddings[axis][1]);
    // ATen lists paddings from the last axis to the first.
    const amounts = [...paddings].reverse().flat();
    const value = scalarOf(constantValue, x.dtype);
    // ATen refuses to pad where nothing comes out.
    if (padded.includes(0)) {
      return backend.wrap(backend.call('zeros', padded, ...options(backend, x.dtype)), padded, x.dtype);
    }
    return backend.wrap(backend.call('constant_pad_nd', backend.handleOf(x), amounts, value), padded, x.dtype);
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
};
