import { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { type ActivationAttributes, activate } from './activation.js';
import { type KernelTable, kernel } from './kernel.js';

const transposedLast = (backend: TorchBackend, handle: Handle, transpose: boolean): Handle =>
  transpose ? backend.call('transpose.int', handle, -2, -1) : handle;

/** The factors as ATen multiplies them, and the shape of their batched product with broadcast leading axes. */
function factors(
  backend: TorchBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  { transposeA, transposeB }: tf.BatchMatMulAttrs,
) {
  const [rows, inner] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : a.shape.slice(-2);
  const [otherInner, columns] = transposeB ? [b.shape.at(-1)!, b.shape.at(-2)!] : b.shape.slice(-2);
  if (a.shape.length < 2 || b.shape.length < 2 || inner !== otherInner) {
    throw new Error(`the inner sizes must be the same, got ${inner} and ${otherInner}`);
  }
  const batch = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return {
    left: transposedLast(backend, backend.handleOf(a), transposeA),
    right: transposedLast(backend, backend.handleOf(b), transposeB),
    shape: [...batch, rows, columns],
  };
}

export const matmul: KernelTable = {
  BatchMatMul: kernel<tf.BatchMatMulAttrs>(({ backend, inputs: { a, b }, attributes }) => {
    const { left, right, shape } = factors(backend, a, b, attributes);
    return backend.wrap(backend.call('matmul', left, right), shape, a.dtype);
  }),

  _FusedMatMul: kernel<tf._FusedMatMulAttrs & ActivationAttributes>(
    ({ backend, inputs: { a, b, bias, preluActivationWeights }, attributes }) => {
      const { left, right, shape } = factors(backend, a, b, attributes);
      const flat = a.shape.length === 2 && b.shape.length === 2;
      let y: Handle;
      if (bias && flat) y = backend.call('addmm', backend.handleOf(bias), left, right);
      else if (bias) y = backend.call('add.Tensor', backend.call('matmul', left, right), backend.handleOf(bias));
      else y = backend.call('matmul', left, right);
      const weights = preluActivationWeights ? backend.handleOf(preluActivationWeights) : null;
      return backend.wrap(activate(backend, y, attributes, weights), shape, a.dtype);
    },
  ),

  Einsum: kernel<tf.EinsumAttrs>(({ backend, inputs, attributes: { equation } }) => {
    const tensors = Object.values(inputs);
    const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as tf.Tensor[]);
    const y = backend.call(
      'einsum',
      equation,
      tensors.map((tensor) => backend.handleOf(tensor)),
    );
    return backend.wrap(y, backend.addon.shapeOf(y), tensors[0].dtype);
  }),
};
