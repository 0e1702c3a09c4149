import type { StoredTensor } from './safetensors.js';
import type { tf } from './tf.js';

/** Tensors by name as files hold them: their shapes, and their values as they are now. */
export const storedTensors = (tensors: Readonly<Record<string, tf.Tensor>>): Record<string, StoredTensor> =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      { shape: tensor.shape, values: tensor.dataSync() as Float32Array | Int32Array },
    ]),
  );
