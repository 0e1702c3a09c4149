import { tf } from '../tf.js';

interface HostBackend extends tf.KernelBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.backend_util.BackendValues): tf.TensorInfo;
}

/** A kernel of TFJS's cpu backend for another one whose tensors can be read at once: on copies of its inputs, slowly. */
export function borrowFromCpu(kernelName: string): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const device = backend as tf.KernelBackend;
    const host = tf.engine().findBackend('cpu') as HostBackend;
    const copies: tf.TensorInfo[] = [];
    try {
      const copy = (tensor: tf.TensorInfo): tf.TensorInfo => {
        const info = host.makeTensorInfo(tensor.shape, tensor.dtype, device.readSync(tensor.dataId));
        copies.push(info);
        return Object.assign(info, { rank: tensor.shape.length });
      };
      const onHost = Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => {
          const tensors = value as tf.TensorInfo | tf.TensorInfo[] | undefined;
          return [name, Array.isArray(tensors) ? tensors.map(copy) : tensors && copy(tensors)];
        }),
      ) as tf.NamedTensorInfoMap;
      const { kernelFunc } = tf.getKernel(kernelName, 'cpu');
      const results = kernelFunc({ inputs: onHost, attrs, backend: host });
      copies.push(...(Array.isArray(results) ? results : [results]));
      const toDevice = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo => {
        const values = host.readSync(dataId) as tf.TypedArray;
        // Some kernels leave whole numbers in a Float32Array.
        const typed = dtype === 'string' ? values : tf.util.toTypedArray(values, dtype);
        return { dataId: device.write(typed, shape, dtype), shape, dtype };
      };
      return Array.isArray(results) ? results.map(toDevice) : toDevice(results);
    } finally {
      for (const { dataId } of copies) host.disposeData(dataId, true);
    }
  };
}
