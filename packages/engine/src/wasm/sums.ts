// Sums and products of many numbers. TFJS's kernels take one number after another in single precision, and are off by percents
// at ten million.

import { tf } from '../tf.js';
import type { Heap } from './heap.js';
import { type Call, inputsOf, type WasmKernel, type WasmKernelTable } from './kernel.js';

interface Attributes {
  axis: number | number[];
  keepDims: boolean;
}

type Fold = (values: tf.TypedArray, begin: number, end: number) => number;

const add: Fold = (values, begin, end) => {
  let sum = 0;
  for (let i = begin; i < end; i++) sum += values[i];
  return sum;
};

const multiply: Fold = (values, begin, end) => {
  let product = 1;
  for (let i = begin; i < end; i++) product *= values[i];
  return product;
};

/** Reduces x to float32 along axes, in double precision. */
function reduce({ inputs, attrs, backend }: Call, fold: Fold): tf.Tensor {
  const { x } = inputsOf({ inputs } as Call);
  const { axis, keepDims } = attrs as unknown as Attributes;
  const { computeOutAndReduceShapes, expandShapeToKeepDim, getAxesPermutation } = tf.backend_util;
  const axes = tf.util.parseAxisParam(axis, x.shape);
  const [kept, reduced] = computeOutAndReduceShapes(x.shape, axes);
  const count = tf.util.sizeFromShape(reduced);
  return tf.tidy(() => {
    const permutation = getAxesPermutation(axes, x.shape.length);
    const values = (backend as Heap).typedArrayFromHeap(permutation ? tf.transpose(x, permutation) : x);
    const results = new Float32Array(tf.util.sizeFromShape(kept));
    for (let i = 0; i < results.length; i++) results[i] = fold(values, i * count, (i + 1) * count);
    return tf.tensor(results, keepDims ? expandShapeToKeepDim(kept, axes) : kept);
  });
}

const ONE_BY_ONE = 'wrong: one number after another in single precision';

/** TFJS's is right of integers, which stay integers. */
const ofFloats = (fold: Fold): WasmKernel => ({
  why: ONE_BY_ONE,
  onHost: 'then',
  make: (original) => (call) => (inputsOf(call).x.dtype === 'float32' ? reduce(call, fold) : original(call)),
});

const mean: Fold = (values, begin, end) => add(values, begin, end) / (end - begin);

export const sums: WasmKernelTable = {
  Sum: ofFloats(add),
  Prod: ofFloats(multiply),
  Mean: { why: ONE_BY_ONE, onHost: 'always', make: () => (call) => reduce(call, mean) },
};
