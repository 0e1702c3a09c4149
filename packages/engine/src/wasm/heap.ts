import type { tf } from '../tf.js';

/** What is used of TFJS's wasm backend beyond its public types. */
export interface Heap {
  /** Values where they lie; the view ends when the memory grows. */
  typedArrayFromHeap(x: tf.TensorInfo): tf.TypedArray;
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
}
