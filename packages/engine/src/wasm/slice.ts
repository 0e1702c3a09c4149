import { tf } from '../tf.js';
import type { Heap } from './heap.js';
import { inputsOf, type WasmKernelTable } from './kernel.js';

/** Copies a box from one array to another, run by run: those of the last axes that are taken whole are one run. */
function copyBox(from: tf.TypedArray, shape: number[], begin: number[], to: tf.TypedArray, size: number[]): void {
  const strides = [...tf.util.computeStrides(shape), 1];
  let last = size.length - 1;
  while (last > 0 && size[last] === shape[last]) last--;
  const run = size[last] * strides[last];
  let place = 0;
  const copy = (axis: number, offset: number): void => {
    const start = offset + begin[axis] * strides[axis];
    if (axis === last) {
      to.set(from.subarray(start, start + run), place);
      place += run;
      return;
    }
    for (let i = 0; i < size[axis]; i++) copy(axis + 1, start + i * strides[axis]);
  };
  copy(0, 0);
}

export const slice: WasmKernelTable = {
  Slice: {
    why: 'slow: copies all of x first',
    onHost: 'then',
    make: (original) => (call) => {
      const x: tf.Tensor = inputsOf(call).x;
      const heap = call.backend as Heap;
      const { begin, size } = call.attrs as unknown as tf.SliceAttrs;
      const [first, count] = tf.slice_util.parseSliceParams(x, begin, size);
      if (x.rank === 0 || (x.dtype as tf.DataType) === 'string' || count.includes(0)) return original(call);
      tf.slice_util.assertParamsValid(x, first, count);
      const out = heap.makeOutput(count, x.dtype);
      copyBox(heap.typedArrayFromHeap(x), x.shape, first, heap.typedArrayFromHeap(out), count);
      return out;
    },
  },
};
