import type { tf } from '../../tf.js';
import type { Argument, Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { cast, floatsOf, type Kernel, type KernelTable, kernel, scalarOf, truncate } from './kernel.js';

/** ATen makes floats of integers where TFJS keeps the type. */
const inType = (backend: TorchBackend, y: Handle, x: tf.TensorInfo): Handle =>
  x.dtype === 'int32' ? truncate(backend, y) : y;

const unary =
  (operator: string): Kernel =>
  ({ backend, inputs: { x } }) =>
    backend.wrap(inType(backend, backend.call(operator, backend.handleOf(x)), x), x.shape, x.dtype);

/** One that ATen has for floats only. */
const ofFloats =
  (operator: string): Kernel =>
  ({ backend, inputs: { x } }) =>
    backend.wrap(inType(backend, backend.call(operator, floatsOf(backend, x)), x), x.shape, x.dtype);

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

const [LEAST, GREATEST] = [-(2 ** 31), 2 ** 31 - 1];

/** A bound takes the place of what is beyond it, as an integer; bounds beyond all integers wrap, as TFJS stores them. */
function clipIntegers(backend: TorchBackend, x: Handle, shape: number[], low: number, high: number): Handle {
  if (high < LEAST || low > GREATEST) {
    return backend.call('new_full', x, shape, scalarOf(high < LEAST ? high : low, 'int32'));
  }
  const [least, greatest] = [Math.max(low, LEAST), Math.min(high, GREATEST)];
  return backend.call('clamp', x, BigInt(Math.trunc(least)), BigInt(Math.trunc(greatest)));
}

/** The next greater number in float32. */
function neighbour(value: number): number {
  const [number] = new Float32Array([value]);
  if (number === 0) return 2 ** -149;
  const bits = new Int32Array(new Float32Array([number]).buffer);
  bits[0] += number > 0 ? 1 : -1;
  return Number.isFinite(number) ? new Float32Array(bits.buffer)[0] : number;
}

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
  Elu: ofFloats('elu'),
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
  Selu: ofFloats('selu'),
  Sigmoid: unary('sigmoid'),
  Sign: unary('sign'),
  Sin: unary('sin'),
  Sinh: unary('sinh'),
  Softplus: ofFloats('softplus'),
  Sqrt: unary('sqrt'),
  Square: unary('square'),
  Tan: unary('tan'),
  Tanh: unary('tanh'),

  IsFinite: predicate('isfinite'),
  IsInf: predicate('isinf'),
  IsNan: predicate('isnan'),
  LogicalNot: predicate('logical_not'),

  ClipByValue: kernel<tf.ClipByValueAttrs>(({ backend, inputs: { x }, attributes }) => {
    const { clipValueMin, clipValueMax } = attributes;
    const handle = backend.handleOf(x);
    const clipped =
      x.dtype === 'int32'
        ? clipIntegers(backend, handle, x.shape, clipValueMin, clipValueMax)
        : backend.call('clamp', handle, scalarOf(clipValueMin, x.dtype), scalarOf(clipValueMax, x.dtype));
    return backend.wrap(clipped, x.shape, x.dtype);
  }),
  // ATen lets the gradient pass between its bounds, TFJS at them too.
  ClipGrad: kernel<tf.ClipByValueAttrs>(({ backend, inputs: { dy, x }, attributes }) => {
    const [low, high] = [-neighbour(-attributes.clipValueMin), neighbour(attributes.clipValueMax)];
    const dx = backend.call('hardtanh_backward', backend.handleOf(dy), backend.handleOf(x), low, high);
    return backend.wrap(dx, x.shape, 'float32');
  }),
  Relu6: parametrized('clamp', () => [0, 6]),

  Gelu: parametrized<{ approximate: string }>('gelu', ({ approximate }) => [approximate]),
  GeluGrad: kernel<{ approximate: string }>(({ backend, inputs: { dy, x }, attributes: { approximate } }) => {
    const handles = [dy, x].map((tensor) => backend.handleOf(tensor));
    return backend.wrap(backend.call('gelu_backward', ...handles, approximate), x.shape, 'float32');
  }),

  Exp: ({ backend, inputs: { x } }) =>
    backend.wrap(backend.call('exp', backend.handleOf(x)), x.shape, x.dtype === 'complex64' ? x.dtype : 'float32'),

  // 1 above zero, `alpha` elsewhere, NaN where x is NaN.
  Step: kernel<tf.StepAttrs>(({ backend, inputs: { x }, attributes: { alpha } }) => {
    const handle = backend.handleOf(x);
    const [one, below] = [1, alpha].map((value) => scalarOf(value, x.dtype));
    const step = backend.call('where.Scalar', backend.call('gt.Scalar', handle, 0), one, below);
    if (x.dtype !== 'float32') return backend.wrap(cast(backend, step, x.dtype), x.shape, x.dtype);
    const unordered = backend.call('ne.Tensor', handle, handle);
    return backend.wrap(backend.call('where.self', unordered, handle, step), x.shape, x.dtype);
  }),
};
