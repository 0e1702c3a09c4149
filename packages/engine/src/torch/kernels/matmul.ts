import { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { type KernelTable, kernel } from './kernel.js';

const transposedLast = (backend: TorchBackend, handle: Handle, transpose: boolean): Handle =>
  transpose ? backend.call('transpose.int', handle, -2, -1) : handle;

/** Batched product with broadcast leading axes; a batch of one is computed as one large product. */
export function matMul(
  backend: TorchBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): { product: Handle; shape: number[] } {
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const batch = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const left = transposedLast(backend, backend.handleOf(a), transposeA);
  const right = transposedLast(backend, backend.handleOf(b), transposeB);
  return { product: backend.call('matmul', left, right), shape: [...batch, rows, columns] };
}

export const matmul: KernelTable = {
  BatchMatMul: kernel<tf.BatchMatMulAttrs>(({ backend, inputs: { a, b }, attributes: { transposeA, transposeB } }) => {
    const { product, shape } = matMul(backend, a, b, transposeA, transposeB);
    return backend.wrap(product, shape, a.dtype);
  }),
};
