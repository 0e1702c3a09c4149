import { tf } from '../../tf.js';
import type { Argument } from '../addon.js';
import { cast, type Kernel, type KernelTable, kernel } from './kernel.js';

const { assertAndGetBroadcastShape } = tf.backend_util;

const unary =
  (operator: string, dtype?: tf.DataType): Kernel =>
  ({ backend, inputs: { x } }) =>
    backend.wrap(backend.call(operator, backend.handleOf(x)), x.shape, dtype ?? x.dtype);

const binary =
  (operator: string, dtype?: tf.DataType): Kernel =>
  ({ backend, inputs: { a, b } }) =>
    backend.wrap(
      backend.call(operator, backend.handleOf(a), backend.handleOf(b)),
      assertAndGetBroadcastShape(a.shape, b.shape),
      dtype ?? a.dtype,
    );

/** A unary operator with attributes as further arguments. */
const parametrized = <Attributes>(operator: string, argumentsOf: (attributes: Attributes) => Argument[]) =>
  kernel<Attributes>(({ backend, inputs: { x }, attributes }) =>
    backend.wrap(backend.call(operator, backend.handleOf(x), ...argumentsOf(attributes)), x.shape, x.dtype),
  );

export const elementwise: KernelTable = {
  Abs: unary('abs'),
  Acos: unary('acos'),
  Acosh: unary('acosh'),
  Asin: unary('asin'),
  Asinh: unary('asinh'),
  Atan: unary('atan'),
  Atanh: unary('atanh'),
  Ceil: unary('ceil'),
  Cos: unary('cos'),
  Cosh: unary('cosh'),
  Elu: unary('elu'),
  Erf: unary('erf'),
  Exp: unary('exp'),
  Expm1: unary('expm1'),
  Floor: unary('floor'),
  IsFinite: unary('isfinite', 'bool'),
  IsInf: unary('isinf', 'bool'),
  IsNan: unary('isnan', 'bool'),
  Log: unary('log'),
  Log1p: unary('log1p'),
  LogicalNot: unary('logical_not', 'bool'),
  Neg: unary('neg'),
  Reciprocal: unary('reciprocal'),
  Relu: unary('relu'),
  Round: unary('round'),
  Rsqrt: unary('rsqrt'),
  Selu: unary('selu'),
  Sigmoid: unary('sigmoid'),
  Sign: unary('sign'),
  Sin: unary('sin'),
  Sinh: unary('sinh'),
  Softplus: unary('softplus'),
  Sqrt: unary('sqrt'),
  Square: unary('square'),
  Tan: unary('tan'),
  Tanh: unary('tanh'),

  ClipByValue: parametrized<tf.ClipByValueAttrs>('clamp', (a) => [a.clipValueMin, a.clipValueMax]),
  LeakyRelu: parametrized<tf.LeakyReluAttrs>('leaky_relu', (a) => [a.alpha]),
  Relu6: parametrized('clamp', () => [0, 6]),

  Add: binary('add.Tensor'),
  Atan2: binary('atan2'),
  Equal: binary('eq.Tensor', 'bool'),
  FloorDiv: kernel(({ backend, inputs: { a, b } }) =>
    backend.wrap(
      backend.call('div.Tensor_mode', backend.handleOf(a), backend.handleOf(b), 'floor'),
      assertAndGetBroadcastShape(a.shape, b.shape),
      a.dtype,
    ),
  ),
  Greater: binary('gt.Tensor', 'bool'),
  GreaterEqual: binary('ge.Tensor', 'bool'),
  Less: binary('lt.Tensor', 'bool'),
  LessEqual: binary('le.Tensor', 'bool'),
  LogicalAnd: binary('logical_and', 'bool'),
  LogicalOr: binary('logical_or', 'bool'),
  Maximum: binary('maximum'),
  Minimum: binary('minimum'),
  Mod: binary('remainder.Tensor'),
  Multiply: binary('mul.Tensor'),
  NotEqual: binary('ne.Tensor', 'bool'),
  Pow: binary('pow.Tensor_Tensor'),
  RealDiv: binary('div.Tensor'),
  Sub: binary('sub.Tensor'),
  SquaredDifference: kernel(({ backend, inputs: { a, b } }) => {
    const difference = backend.call('sub.Tensor', backend.handleOf(a), backend.handleOf(b));
    return backend.wrap(backend.call('square', difference), assertAndGetBroadcastShape(a.shape, b.shape), a.dtype);
  }),

  AddN: kernel(({ backend, inputs }) => {
    const [first, ...others] = Object.values(inputs);
    let sum = backend.handleOf(first);
    if (others.length === 0) return backend.share(first, first.shape);
    for (const other of others) sum = backend.call('add.Tensor', sum, backend.handleOf(other));
    return backend.wrap(sum, first.shape, first.dtype);
  }),

  Cast: kernel<tf.CastAttrs>(({ backend, inputs: { x }, attributes: { dtype } }) => {
    if (dtype === x.dtype) return backend.share(x, x.shape);
    return backend.wrap(cast(backend, backend.handleOf(x), dtype), x.shape, dtype);
  }),

  // 1 above zero, `alpha` elsewhere, NaN where x is NaN.
  Step: kernel<tf.StepAttrs>(({ backend, inputs: { x }, attributes: { alpha } }) => {
    const handle = backend.handleOf(x);
    const positive = cast(backend, backend.call('gt.Scalar', handle, 0), x.dtype);
    if (alpha === 0) return backend.wrap(positive, x.shape, x.dtype);
    const scaled = backend.call('mul.Scalar', positive, 1 - alpha);
    return backend.wrap(backend.call('add.Scalar', scaled, alpha), x.shape, x.dtype);
  }),

  // The derivative of elu at its output y: 1 where y >= 0, y + 1 elsewhere.
  EluGrad: kernel(({ backend, inputs: { dy, y } }) =>
    backend.wrap(
      backend.call('elu_backward', backend.handleOf(dy), 1, 1, 1, true, backend.handleOf(y)),
      y.shape,
      y.dtype,
    ),
  ),

  ReluGrad: kernel(({ backend, inputs: { dy, y } }) =>
    backend.wrap(backend.call('threshold_backward', backend.handleOf(dy), backend.handleOf(y), 0), y.shape, y.dtype),
  ),

  // TFJS allows a condition of rank 1 that chooses whole rows.
  Select: kernel(({ backend, inputs: { condition, t, e } }) => {
    const rows = condition.shape.length === 1 && t.shape.length > 1;
    const shape = rows ? [condition.shape[0], ...t.shape.slice(1).map(() => 1)] : condition.shape;
    const chosen = backend.call(
      'where.self',
      backend.call('reshape', backend.handleOf(condition), shape),
      backend.handleOf(t),
      backend.handleOf(e),
    );
    return backend.wrap(chosen, t.shape, t.dtype);
  }),
};
