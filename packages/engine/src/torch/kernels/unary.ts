import type { tf } from '../../tf.js';
import type { Argument, Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { cast, type Kernel, type KernelTable, kernel } from './kernel.js';

/** ATen makes floats of integers where TFJS keeps the type. */
const inType = (backend: TorchBackend, y: Handle, x: tf.TensorInfo): Handle =>
  x.dtype === 'float32' ? y : cast(backend, y, x.dtype);

const unary =
  (operator: string): Kernel =>
  ({ backend, inputs: { x } }) =>
    backend.wrap(inType(backend, backend.call(operator, backend.handleOf(x)), x), x.shape, x.dtype);

/** A question that is answered by yes or no. */
const predicate =
  (operator: string): Kernel =>
  ({ backend, inputs: { x } }) =>
    backend.wrap(backend.call(operator, backend.handleOf(x)), x.shape, 'bool');

/** A unary operator with attributes as further arguments. */
const parametrized = <Attributes>(operator: string, argumentsOf: (attributes: Attributes) => Argument[]) =>
  kernel<Attributes>(({ backend, inputs: { x }, attributes }) =>
    backend.wrap(
      inType(backend, backend.call(operator, backend.handleOf(x), ...argumentsOf(attributes)), x),
      x.shape,
      x.dtype,
    ),
  );

export const unaries: KernelTable = {
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
  Expm1: unary('expm1'),
  Floor: unary('floor'),
  Log: unary('log'),
  Log1p: unary('log1p'),
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

  IsFinite: predicate('isfinite'),
  IsInf: predicate('isinf'),
  IsNan: predicate('isnan'),
  LogicalNot: predicate('logical_not'),

  ClipByValue: parametrized<tf.ClipByValueAttrs>('clamp', (a) => [a.clipValueMin, a.clipValueMax]),
  Relu6: parametrized('clamp', () => [0, 6]),

  Exp: ({ backend, inputs: { x } }) =>
    backend.wrap(backend.call('exp', backend.handleOf(x)), x.shape, x.dtype === 'complex64' ? x.dtype : 'float32'),

  // 1 above zero, `alpha` elsewhere, NaN where x is NaN.
  Step: kernel<tf.StepAttrs>(({ backend, inputs: { x }, attributes: { alpha } }) => {
    const handle = backend.handleOf(x);
    const step = backend.call('where.Scalar', backend.call('gt.Scalar', handle, 0), 1, alpha);
    const unordered = backend.call('ne.Tensor', handle, handle);
    return backend.wrap(inType(backend, backend.call('where.self', unordered, handle, step), x), x.shape, x.dtype);
  }),
};
