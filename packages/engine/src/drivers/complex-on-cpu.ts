// TFJS's cpu backend computes with real and imaginary parts as two tensors, but keeps complex numbers that come from another
// backend as one array.

import { tf } from '../tf.js';

type Values = Float32Array | null | undefined;

interface CpuBackend extends tf.KernelBackend {
  data: { set(dataId: object, entry: object): void };
  nextDataId(): number;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo;
}

let repaired = false;

/** Lets the cpu backend take complex numbers from others. Idempotent. */
export function repairComplexOnCpu(): void {
  if (repaired) return;
  repaired = true;
  const prototype = Object.getPrototypeOf(tf.findBackend('cpu')) as CpuBackend;
  const { move, write } = prototype;
  prototype.move = function (this: CpuBackend, dataId, values, shape, dtype, refCount) {
    if (dtype !== 'complex64') return move.call(this, dataId, values, shape, dtype, refCount);
    const { real, imag } = tf.backend_util.splitRealAndImagArrays(values as Float32Array);
    const part = (numbers: Float32Array) => this.makeTensorInfo(shape, 'float32', numbers);
    this.data.set(dataId, { dtype, refCount, complexTensorInfos: { real: part(real), imag: part(imag) } });
  };
  prototype.write = function (this: CpuBackend, values, shape, dtype) {
    // Its own kernels give no values, and set the parts themselves.
    if (dtype !== 'complex64' || (values as Values) == null) return write.call(this, values, shape, dtype);
    const dataId = { id: this.nextDataId() };
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  };
}
