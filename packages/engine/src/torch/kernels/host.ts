// What libtorch has no operator for, and what no training needs fast, runs on the host by TFJS's own implementation.

import type { tf } from '../../tf.js';

/** TFJS kernels that run on the host. Those on string tensors do too: libtorch has no strings. */
export const hostKernels: ReadonlySet<string> = new Set([
  'BroadcastArgs',
  'CropAndResize',
  'Dilation2D',
  'Dilation2DBackpropFilter',
  'Dilation2DBackpropInput',
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NonMaxSuppressionV5',
  'RaggedGather',
  'RaggedRange',
  'RaggedTensorToTensor',
  'RotateWithOffset',
  'SparseFillEmptyRows',
  'SparseReshape',
  'SparseSegmentMean',
  'SparseSegmentSum',
  'StaticRegexReplace',
  'StringNGrams',
  'StringSplit',
  'StringToHashBucketFast',
  'Transform',
  'Unique',
]);

/** Kernels that only hand on what they are given, whatever its type. */
const SHARING = new Set(['Identity', 'Reshape', 'ExpandDims']);

export function runsOnHost(kernelName: string, inputs: Record<string, tf.TensorInfo>): boolean {
  for (const name in inputs) if (inputs[name]?.dtype === 'string') return !SHARING.has(kernelName);
  return hostKernels.has(kernelName);
}
