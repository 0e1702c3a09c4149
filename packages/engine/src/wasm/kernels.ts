// What TFJS's wasm backend lacks, or has wrong or slow: composed of what it has. XNNPACK computes its convolutions fast,
// so their gradients are written as convolutions.

import {
  type ConvolutionAttributes,
  conv2dFilterGradient,
  conv2dInputGradient,
  depthwiseFilterGradient,
  depthwiseInputGradient,
} from '../gradients/convolution.js';
import { tf } from '../tf.js';
import { borrowFromCpu } from './borrow.js';
import { einsum } from './einsum.js';

type Call = Parameters<tf.KernelFunc>[0];
type Inputs = Record<string, tf.Tensor4D>;

const inputsOf = ({ inputs }: Call) => inputs as unknown as Inputs;

/** A kernel written in TFJS ops. */
const composed =
  <Attributes>(body: (inputs: Inputs, attributes: Attributes) => tf.Tensor): tf.KernelFunc =>
  (call) =>
    tf.tidy(() => body(inputsOf(call), call.attrs as Attributes));

interface Fused extends ConvolutionAttributes {
  activation: 'linear' | 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyrelu' | 'prelu';
  leakyreluAlpha: number;
}

/** What a fused kernel does after its product. */
function finish(product: tf.Tensor, { bias, preluActivationWeights }: Inputs, { activation, leakyreluAlpha }: Fused) {
  const y = bias ? tf.add(product, bias) : product;
  if (activation === 'linear') return y;
  if (activation === 'prelu') return tf.prelu(y, preluActivationWeights);
  return activation === 'leakyrelu' ? tf.leakyRelu(y, leakyreluAlpha) : tf[activation](y);
}

/** TFJS's cumulative kernels read past the end for an axis counted from the back. */
const withPositiveAxis =
  (kernel: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const axis = tf.util.parseAxisParam((call.attrs as { axis: number }).axis, inputsOf(call).x.shape)[0];
    return kernel({ ...call, attrs: { ...call.attrs, axis } });
  };

/** TFJS's fused convolutions take a bias of one axis only. */
const withAnyBias =
  (convolve: typeof tf.conv2d | typeof tf.depthwiseConv2d) =>
  (original: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const inputs = inputsOf(call);
    const attributes = call.attrs as unknown as Fused;
    const { strides, pad, dilations, dataFormat, dimRoundingMode } = attributes;
    const rank = (inputs.bias as tf.Tensor | undefined)?.shape.length ?? 1;
    if (rank === 1 || dataFormat === 'NCHW') {
      return original(call);
    }
    return tf.tidy(() =>
      finish(convolve(inputs.x, inputs.filter, strides, pad, 'NHWC', dilations, dimRoundingMode), inputs, attributes),
    );
  };

/** The same data: TFJS copies it, for every tensor that a gradient saves. */
function share(x: tf.TensorInfo, backend: unknown): tf.TensorInfo {
  (backend as tf.KernelBackend).incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

const borrowedWhere =
  <Attributes>(name: string, test: (attributes: Attributes) => boolean) =>
  (original: tf.KernelFunc): tf.KernelFunc => {
    const borrowed = borrowFromCpu(name);
    return (call) => (test(call.attrs as Attributes) ? borrowed(call) : original(call));
  };

const missing: Record<string, tf.KernelFunc> = {
  Conv2DBackpropFilter: composed<tf.Conv2DBackpropFilterAttrs & ConvolutionAttributes>(({ x, dy }, attributes) =>
    conv2dFilterGradient(x, dy, attributes.filterShape, attributes),
  ),
  DepthwiseConv2dNativeBackpropFilter: composed<tf.DepthwiseConv2dNativeBackpropFilterAttrs & ConvolutionAttributes>(
    ({ x, dy }, attributes) => depthwiseFilterGradient(x, dy, attributes.filterShape, attributes),
  ),
  DepthwiseConv2dNativeBackpropInput: composed<tf.DepthwiseConv2dNativeBackpropInputAttrs & ConvolutionAttributes>(
    ({ dy, filter }, attributes) => depthwiseInputGradient(attributes.inputShape, dy, filter, attributes),
  ),

  Einsum: ({ inputs, attrs }) =>
    tf.tidy(() => einsum((attrs as unknown as tf.EinsumAttrs).equation, Object.values(inputs) as tf.Tensor[])),

  // Rows of segments out of range are collected in one more segment, which is dropped.
  UnsortedSegmentSum: composed<tf.UnsortedSegmentSumAttrs>(({ x, segmentIds }, { numSegments }) => {
    const ids = tf.reshape(segmentIds, [-1, 1]);
    const known = tf.logicalAnd(tf.greaterEqual(ids, 0), tf.less(ids, numSegments));
    const targets = tf.where(known, ids, tf.scalar(numSegments, 'int32'));
    const rows = tf.reshape(x, [segmentIds.size, -1]);
    const sums = tf.scatterND(targets, rows, [numSegments + 1, rows.shape[1]!]);
    return tf.reshape(tf.slice(sums, 0, numSegments), [numSegments, ...x.shape.slice(segmentIds.rank)]);
  }),
};

/** Kernels that take the place of TFJS's, which they are given. */
const replaced: Record<string, (original: tf.KernelFunc) => tf.KernelFunc> = {
  Identity: (original) => (call) =>
    inputsOf(call).x.dtype === 'string' ? original(call) : share(inputsOf(call).x, call.backend),
  // Casts to bool byte by byte.
  Cast: (original) => (call) => {
    const { x } = inputsOf(call);
    const { dtype } = call.attrs as unknown as tf.CastAttrs;
    if (dtype === x.dtype) return share(x, call.backend);
    return dtype === 'bool' ? tf.tidy(() => tf.notEqual(x, tf.scalar(0, x.dtype as 'float32'))) : original(call);
  },
  // Slow.
  Conv2DBackpropInput: () =>
    composed<tf.Conv2DBackpropInputAttrs & ConvolutionAttributes>(({ dy, filter }, attributes) =>
      conv2dInputGradient(attributes.inputShape, dy, filter, attributes),
    ),
  FusedConv2D: withAnyBias(tf.conv2d),
  FusedDepthwiseConv2D: withAnyBias(tf.depthwiseConv2d),
  // Adds the bias wrongly where an input is transposed.
  _FusedMatMul: () =>
    composed<tf._FusedMatMulAttrs & Fused>((inputs, attributes) =>
      finish(tf.matMul(inputs.a, inputs.b, attributes.transposeA, attributes.transposeB), inputs, attributes),
    ),
  Cumprod: withPositiveAxis,
  Cumsum: withPositiveAxis,
  // Wrong from the second batch on.
  GatherV2: borrowedWhere('GatherV2', ({ batchDims }: tf.GatherV2Attrs) => batchDims > 0),
  // Wrong beyond the edges.
  Transform: borrowedWhere('Transform', ({ fillMode }: tf.TransformAttrs) => fillMode === 'reflect'),
};

/** Computed on the host, since TFJS's own kernels are wrong: for several channels the first two, for 'same' padding the third. */
const wrong = ['Bincount', 'Conv3DBackpropInputV2', 'Conv3DBackpropFilterV2', 'Dilation2D'];

/** Kernels of TFJS's that work on numbers that wasm tensors cannot hold, or on a canvas. */
const impossible = ['Complex', 'ComplexAbs', 'Draw', 'FFT', 'IFFT', 'Imag', 'Real'];

let registered = false;

/** Registers them for the backend called `wasm`. Idempotent. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  const register = (kernelName: string, kernelFunc: tf.KernelFunc) => {
    const original = tf.getKernel(kernelName, 'wasm');
    if (original) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({ ...original, kernelName, backendName: 'wasm', kernelFunc });
  };
  for (const [name, kernel] of Object.entries(missing)) register(name, kernel);
  for (const [name, replace] of Object.entries(replaced))
    register(name, replace(tf.getKernel(name, 'wasm').kernelFunc));
  for (const name of wrong) register(name, borrowFromCpu(name));
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (!tf.getKernel(kernelName, 'wasm') && !impossible.includes(kernelName)) {
      register(kernelName, borrowFromCpu(kernelName));
    }
  }
}
