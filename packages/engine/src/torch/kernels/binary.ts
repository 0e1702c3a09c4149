import { tf } from '../../tf.js';
import type { Argument, Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { prelu } from './activation.js';
import { cast, floatsOf, type Kernel, type KernelTable, kernel, scalarOf, scalarTypeOf, truncate } from './kernel.js';

const { assertAndGetBroadcastShape } = tf.backend_util;

/** An operator on two tensors whose shapes broadcast; TFJS has made their types the same. */
const binary =
  (operator: string, ...further: Argument[]): Kernel =>
  ({ backend, inputs: { a, b } }) => {
    const shape = assertAndGetBroadcastShape(a.shape, b.shape);
    const y = backend.call(operator, backend.handleOf(a), backend.handleOf(b), ...further);
    return backend.wrap(a.dtype === 'float32' ? y : cast(backend, y, a.dtype), shape, a.dtype);
  };

const comparison =
  (operator: string): Kernel =>
  ({ backend, inputs: { a, b } }) => {
    const shape = assertAndGetBroadcastShape(a.shape, b.shape);
    return backend.wrap(backend.call(operator, backend.handleOf(a), backend.handleOf(b)), shape, 'bool');
  };

const DOUBLE = 7;

/**
 * A whole number that comes of a division, in double precision as TFJS computes it: ATen refuses to divide integers by zero,
 * of which TFJS makes 0.
 */
function divided(
  backend: TorchBackend,
  { a, b }: Record<string, tf.TensorInfo>,
  operation: (a: Handle, b: Handle) => Handle,
): tf.TensorInfo {
  const [left, right] = [a, b].map((x) => backend.call('to.dtype', backend.handleOf(x), DOUBLE));
  const shape = assertAndGetBroadcastShape(a.shape, b.shape);
  return backend.wrap(truncate(backend, operation(left, right)), shape, 'int32');
}

function reluAndSum(backend: TorchBackend, dy: Handle, y: Handle, shape: number[]): Handle[] {
  const dx = backend.call('threshold_backward', dy, y, 0);
  const axes = shape.slice(1).map((_, axis) => axis);
  return [dx, backend.call('sum.dim_IntList', dx, axes, false, scalarTypeOf('float32'))];
}

const modulo = binary('remainder.Tensor');

export const binaries: KernelTable = {
  Add: binary('add.Tensor'),
  Atan2: binary('atan2'),
  BitwiseAnd: binary('bitwise_and.Tensor'),
  Maximum: binary('maximum'),
  Minimum: binary('minimum'),
  Mod: (context) =>
    context.inputs.a.dtype === 'int32'
      ? divided(context.backend, context.inputs, (a, b) => context.backend.call('remainder.Tensor', a, b))
      : modulo(context),
  Multiply: binary('mul.Tensor'),
  Pow: binary('pow.Tensor_Tensor'),
  RealDiv: binary('div.Tensor'),
  Sub: binary('sub.Tensor'),

  Equal: comparison('eq.Tensor'),
  Greater: comparison('gt.Tensor'),
  GreaterEqual: comparison('ge.Tensor'),
  Less: comparison('lt.Tensor'),
  LessEqual: comparison('le.Tensor'),
  LogicalAnd: comparison('logical_and'),
  LogicalOr: comparison('logical_or'),
  NotEqual: comparison('ne.Tensor'),

  FloorDiv: ({ backend, inputs }) =>
    divided(backend, inputs, (a, b) => backend.call('floor', backend.call('div.Tensor', a, b))),
  SquaredDifference: ({ backend, inputs: { a, b } }) => {
    const shape = assertAndGetBroadcastShape(a.shape, b.shape);
    const difference = backend.call('sub.Tensor', backend.handleOf(a), backend.handleOf(b));
    return backend.wrap(backend.call('square', difference), shape, a.dtype);
  },
  Prelu: ({ backend, inputs: { x, alpha } }) => {
    const shape = assertAndGetBroadcastShape(x.shape, alpha.shape);
    return backend.wrap(prelu(backend, floatsOf(backend, x), floatsOf(backend, alpha)), shape, 'float32');
  },
  LeakyRelu: kernel<tf.LeakyReluAttrs>(({ backend, inputs: { x }, attributes: { alpha } }) =>
    backend.wrap(backend.call('leaky_relu', floatsOf(backend, x), scalarOf(alpha, 'float32')), x.shape, 'float32'),
  ),

  // Gradients of activations, from the incoming gradient and the activation's output.
  EluGrad: ({ backend, inputs: { dy, y } }) =>
    backend.wrap(
      backend.call('elu_backward', backend.handleOf(dy), 1, 1, 1, true, backend.handleOf(y)),
      y.shape,
      y.dtype,
    ),
  ReluGrad: ({ backend, inputs: { dy, y } }) =>
    backend.wrap(backend.call('threshold_backward', backend.handleOf(dy), backend.handleOf(y), 0), y.shape, y.dtype),

  // The gradients of relu(x + bias) to both, with the bias along the last axis.
  BiasReluGrad: ({ backend, inputs: { dy, y } }) => {
    const channels = y.shape.at(-1)!;
    const [incoming, upstream] = [dy, y].map((tensor) => backend.handleOf(tensor));
    const handles =
      backend.device === 'cpu'
        ? backend.callMany('sandwich::bias_relu_backward', incoming, upstream)
        : reluAndSum(backend, incoming, upstream, y.shape);
    return [backend.wrap(handles[0]!, y.shape, y.dtype), backend.wrap(handles[1]!, [channels], y.dtype)];
  },

  AddN: ({ backend, inputs }) => {
    const [first, ...others] = Object.values(inputs);
    let sum = backend.handleOf(first);
    if (others.length === 0) return backend.share(first, first.shape);
    for (const other of others) sum = backend.call('add.Tensor', sum, backend.handleOf(other));
    return backend.wrap(sum, first.shape, first.dtype);
  },

  // TFJS allows a condition of rank 1 that chooses whole rows.
  Select: ({ backend, inputs: { condition, t, e } }) => {
    const rows = condition.shape.length === 1 && t.shape.length > 1;
    const chosen = backend.call(
      'where.self',
      rows
        ? backend.call('reshape', backend.handleOf(condition), [-1, ...t.shape.slice(1).map(() => 1)])
        : backend.handleOf(condition),
      backend.handleOf(t),
      backend.handleOf(e),
    );
    const dtype = tf.upcastType(t.dtype, e.dtype);
    return backend.wrap(chosen, t.shape, dtype);
  },

  Cast: kernel<tf.CastAttrs>(({ backend, inputs: { x }, attributes: { dtype } }) => {
    if (dtype === x.dtype) return backend.share(x, x.shape);
    const handle = backend.handleOf(x);
    const real = x.dtype === 'complex64' ? backend.call('real', handle) : handle;
    const copy =
      x.dtype !== 'int32' && x.dtype !== 'bool' && dtype === 'int32'
        ? truncate(backend, real)
        : backend.call('to.dtype', real, scalarTypeOf(dtype), false, true);
    return backend.wrap(copy, x.shape, dtype);
  }),
};
