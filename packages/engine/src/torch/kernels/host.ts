// What libtorch has no operator for, and what no training needs fast, runs on the host by TFJS's own implementation.

import { tf } from '../../tf.js';
import type { TorchBackend } from '../backend.js';

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

/** Copies the inputs to TFJS's cpu backend, runs its kernel and brings back what it returns. */
export function runOnHost(
  kernelName: string,
  backend: TorchBackend,
  inputs: Record<string, tf.TensorInfo>,
  attributes: tf.NamedAttrMap | undefined,
): tf.TensorInfo | tf.TensorInfo[] {
  const cpu = tf.findBackend('cpu');
  const copies: tf.TensorInfo[] = [];
  const copy = (tensor: tf.TensorInfo | tf.TensorInfo[]): tf.TensorInfo | tf.TensorInfo[] => {
    if (Array.isArray(tensor)) return tensor.map((item) => copy(item) as tf.TensorInfo);
    const { dataId, shape, dtype } = tensor;
    const copied = { dataId: cpu.write(backend.readSync(dataId), shape, dtype), shape, dtype, rank: shape.length };
    copies.push(copied);
    return copied;
  };
  let outputs: tf.TensorInfo[] = [];
  try {
    // Kernels of many tensors get an array of them.
    const hostInputs = (
      Array.isArray(inputs)
        ? copy(inputs)
        : Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, copy(tensor)]))
    ) as tf.NamedTensorInfoMap;
    const { kernelFunc } = tf.getKernel(kernelName, 'cpu');
    const result = kernelFunc({ inputs: hostInputs, backend: cpu, attrs: attributes });
    outputs = [result].flat();
    const brought = outputs.map(({ dataId, shape, dtype }) => ({
      dataId: backend.write(cpu.readSync(dataId), shape, dtype),
      shape,
      dtype,
    }));
    return Array.isArray(result) ? brought : brought[0];
  } finally {
    for (const { dataId } of [...copies, ...outputs]) cpu.disposeData(dataId);
  }
}
