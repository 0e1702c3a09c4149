import { tf } from './tf.js';

type Tensors = tf.TensorInfo | tf.TensorInfo[] | undefined;

/**
 * Runs a kernel of TFJS's cpu backend for a backend whose tensors can be read at once: slowly, on copies of the inputs, which it
 * frees, and brings back what the kernel returns.
 */
export function runOnHost(
  kernelName: string,
  { inputs, attrs, backend }: { inputs: object; attrs?: tf.NamedAttrMap; backend: tf.KernelBackend },
): tf.TensorInfo | tf.TensorInfo[] {
  const host = tf.findBackend('cpu');
  const copies: tf.TensorInfo[] = [];
  const copy = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo => {
    const info = { dataId: host.write(backend.readSync(dataId), shape, dtype), shape, dtype, rank: shape.length };
    copies.push(info);
    return info;
  };
  const bring = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo => {
    const values = host.readSync(dataId) as tf.TypedArray;
    // Some kernels leave whole numbers in a Float32Array.
    const typed = dtype === 'string' || dtype === 'complex64' ? values : tf.util.toTypedArray(values, dtype);
    return { dataId: backend.write(typed, shape, dtype), shape, dtype };
  };
  try {
    const copyAll = (tensors: Tensors): Tensors =>
      Array.isArray(tensors) ? tensors.map(copy) : tensors && copy(tensors);
    // Kernels of any number of tensors get an array of them.
    const onHost = Array.isArray(inputs)
      ? inputs.map(copy)
      : Object.fromEntries(Object.entries(inputs).map(([name, tensors]) => [name, copyAll(tensors as Tensors)]));
    const { kernelFunc } = tf.getKernel(kernelName, 'cpu');
    const results = kernelFunc({ inputs: onHost as tf.NamedTensorInfoMap, attrs, backend: host });
    copies.push(...[results].flat());
    return Array.isArray(results) ? results.map(bring) : bring(results);
  } finally {
    for (const { dataId } of copies) host.disposeData(dataId, true);
  }
}
