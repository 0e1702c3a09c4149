import type { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { type Kernel, type KernelTable, kernel, scalarTypeOf } from './kernel.js';

const softmax = (operator: string): Kernel =>
  kernel<{ dim?: number; axis?: number }>(({ backend, inputs: { logits }, attributes: { dim = -1, axis = dim } }) =>
    backend.wrap(backend.call(operator, backend.handleOf(logits), axis), logits.shape, logits.dtype),
  );

/** Sum over the channels up to `radius` away, in the last axis. */
function sumOfNeighbours(backend: TorchBackend, handle: Handle, shape: number[], radius: number): Handle {
  if (shape.includes(0)) return handle;
  const rows = backend.call('reshape', handle, [1, -1, shape.at(-1)!]);
  const padded = backend.call('constant_pad_nd', rows, [radius, radius]);
  const sums = backend.call('avg_pool2d', padded, [1, 2 * radius + 1], [1, 1], [0, 0], false, false, 1);
  return backend.call('reshape', sums, shape);
}

/** n = bias + alpha * (sum over neighbouring channels of x^2), the base of local response normalization. */
function responseNorm(backend: TorchBackend, x: tf.TensorInfo, { depthRadius, bias, alpha }: tf.LRNAttrs): Handle {
  const squares = backend.call('square', backend.handleOf(x));
  const sums = sumOfNeighbours(backend, squares, x.shape, depthRadius);
  return backend.call('add.Scalar', backend.call('mul.Scalar', sums, alpha), bias);
}

/** The gradient of a softmax or its logarithm from its result y. */
const softmaxGradient = (operator: string): Kernel =>
  kernel<{ dim: number }>(({ backend, inputs: { dy, y }, attributes: { dim } }) => {
    const handles = [dy, y].map((tensor) => backend.handleOf(tensor));
    return backend.wrap(backend.call(operator, ...handles, dim, scalarTypeOf('float32')), y.shape, 'float32');
  });

export const normalization: KernelTable = {
  Softmax: softmax('softmax.int'),
  SoftmaxGrad: softmaxGradient('_softmax_backward_data'),
  LogSoftmax: softmax('log_softmax.int'),
  LogSoftmaxGrad: softmaxGradient('_log_softmax_backward_data'),

  // (x - mean) f + offset with f = scale / sqrt(variance + epsilon): one pass over x, the rest has a parameter's size.
  FusedBatchNorm: kernel<tf.FusedBatchNormAttrs>(
    ({ backend, inputs: { x, mean, variance, scale, offset }, attributes: { varianceEpsilon } }) => {
      const shifted = backend.call('add.Scalar', backend.handleOf(variance), varianceEpsilon);
      let factor = backend.call('rsqrt', shifted);
      if (scale) factor = backend.call('mul.Tensor', factor, backend.handleOf(scale));
      const shift = backend.call('mul.Tensor', backend.handleOf(mean), factor);
      const constant = offset
        ? backend.call('sub.Tensor', backend.handleOf(offset), shift)
        : backend.call('neg', shift);
      return backend.wrap(backend.call('addcmul', constant, backend.handleOf(x), factor), x.shape, x.dtype);
    },
  ),

  // y = x n^-beta
  LRN: kernel<tf.LRNAttrs>(({ backend, inputs: { x }, attributes }) => {
    const norm = responseNorm(backend, x, attributes);
    const power = backend.call('pow.Tensor_Scalar', norm, -attributes.beta);
    return backend.wrap(backend.call('mul.Tensor', backend.handleOf(x), power), x.shape, x.dtype);
  }),

  // dx = dy n^-beta - 2 alpha beta x (sum over neighbouring channels of dy y / n)
  LRNGrad: kernel<tf.LRNGradAttrs>(({ backend, inputs: { x, y, dy }, attributes }) => {
    const { depthRadius, alpha, beta } = attributes;
    const norm = responseNorm(backend, x, attributes);
    const upstream = backend.handleOf(dy);
    const direct = backend.call('mul.Tensor', upstream, backend.call('pow.Tensor_Scalar', norm, -beta));
    const weighted = backend.call('mul.Tensor', upstream, backend.handleOf(y));
    const sums = sumOfNeighbours(backend, backend.call('div.Tensor', weighted, norm), x.shape, depthRadius);
    const dx = backend.call('addcmul', direct, backend.handleOf(x), sums, -2 * alpha * beta);
    return backend.wrap(dx, x.shape, x.dtype);
  }),
};
