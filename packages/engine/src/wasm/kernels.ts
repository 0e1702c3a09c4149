// What TFJS's wasm backend lacks, or has wrong or slow: composed of what it has or, where that is not to be had, computed
// on the host.

import { areWindowsInside, haveWindowsBeside } from '../calls/windows.js';
import { pair } from '../gradients/gradient.js';
import { runOnHost } from '../run-on-host.js';
import { tf } from '../tf.js';
import { convolution } from './convolution.js';
import { guarded } from './guarded.js';
import { type Call, composed, inputsOf, type WasmKernel, type WasmKernelTable } from './kernel.js';
import { matrices } from './matrices.js';
import { slice } from './slice.js';
import { sums } from './sums.js';

/** The same data under a new reference. */
function share(x: tf.TensorInfo, backend: unknown): tf.TensorInfo {
  (backend as tf.KernelBackend).incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

const withPositiveAxis: WasmKernel = {
  why: 'wrong: reads beyond the end for a negative axis, and refuses truth values',
  make: (original) => (call) => {
    const { x } = inputsOf(call);
    const axis = tf.util.parseAxisParam((call.attrs as { axis: number }).axis, x.shape)[0];
    const run = (numbers: tf.Tensor) =>
      original({ ...call, inputs: { x: numbers }, attrs: { ...call.attrs, axis } }) as tf.TensorInfo;
    if (x.dtype !== 'bool') return run(x);
    const numbers = tf.cast<tf.Tensor>(x, 'int32');
    try {
      return run(numbers);
    } finally {
      numbers.dispose();
    }
  },
};

/** A kernel of TFJS's cpu backend. */
const borrowed =
  (name: string): tf.KernelFunc =>
  ({ inputs, attrs, backend }) =>
    runOnHost(name, { inputs, attrs, backend: backend as tf.KernelBackend });

const onHost = (name: string, why: string): WasmKernelTable => ({
  [name]: { why, onHost: 'always', make: () => borrowed(name) },
});

const onHostWhere = (name: string, why: string, test: (call: Call) => boolean): WasmKernelTable => ({
  [name]: {
    why,
    onHost: 'then',
    make: (original) => {
      const onCpu = borrowed(name);
      return (call) => (test(call) ? onCpu(call) : original(call));
    },
  },
});

const inputsOfAnyName = ({ inputs }: Call) => Object.values(inputs as Record<string, tf.TensorInfo | undefined>);

const hasType =
  (...types: tf.DataType[]) =>
  (call: Call) =>
    inputsOfAnyName(call).some((x) => x !== undefined && types.includes(x.dtype));

/** Whether windows lie in the padding alone, or reach beyond it. */
function isOdd(name: string, { inputs, attrs }: Call): boolean {
  const call = { name, inputs, attributes: attrs } as never;
  return haveWindowsBeside(call) || !areWindowsInside(call);
}

/** A sum of more numbers than can be added up one after another in single precision. */
const isLarge = (sizes: number[]) => tf.util.sizeFromShape(sizes) > 1024;

const INTEGERS = 'wrong: integers';
const TRUTH = 'wrong: truth values';
const BESIDE = 'wrong: windows in the padding alone or beyond it';

const ALL_NEGATIVE = 'wrong: windows of negative numbers only';

/** Every kernel that this package has of its own for the backend called `wasm`. */
export const wasmKernels: WasmKernelTable = {
  ...convolution,
  ...matrices,
  ...slice,
  ...sums,

  Identity: { why: 'slow: copies', make: () => (call) => share(inputsOf(call).x, call.backend) },
  Cast: {
    why: 'wrong: to bool byte by byte',
    make: (original) => (call) => {
      const { x } = inputsOf(call);
      const { dtype } = call.attrs as unknown as tf.CastAttrs;
      if (dtype === x.dtype) return share(x, call.backend);
      return dtype === 'bool' ? tf.tidy(() => tf.notEqual(x, tf.scalar(0, x.dtype as 'float32'))) : original(call);
    },
  },
  Cumprod: withPositiveAxis,
  Cumsum: withPositiveAxis,

  Prelu: {
    why: 'wrong: slopes of other shapes than one a channel',
    make: (original) => (call) => {
      const { x, alpha } = inputsOf(call);
      const oneEach = alpha.size === 1 || tf.util.arraysEqual(alpha.shape, x.shape.slice(-1));
      if (oneEach) return original(call);
      return tf.tidy(() => tf.where(tf.greater(x, 0), x, tf.mul(x, alpha)));
    },
  },

  // Rows of segments out of range are collected in one more segment, which is dropped.
  UnsortedSegmentSum: {
    why: 'missing',
    make: () =>
      composed<tf.UnsortedSegmentSumAttrs>(({ x, segmentIds }, { numSegments }) => {
        const ids = tf.reshape(segmentIds, [-1, 1]);
        const known = tf.logicalAnd(tf.greaterEqual(ids, 0), tf.less(ids, numSegments));
        const targets = tf.where(known, ids, tf.scalar(numSegments, 'int32'));
        const rows = tf.reshape(x, [segmentIds.size, tf.util.sizeFromShape(x.shape.slice(segmentIds.rank))]);
        const sums = tf.scatterND(targets, rows, [numSegments + 1, rows.shape[1]!]);
        return tf.reshape(tf.slice(sums, 0, numSegments), [numSegments, ...x.shape.slice(segmentIds.rank)]);
      }),
  },

  ...onHost('Bincount', 'wrong: shape of the result'),
  ...onHost('Conv3DBackpropFilterV2', 'wrong: several channels'),
  ...onHost('Conv3DBackpropInputV2', 'wrong: several channels'),
  ...onHost('Dilation2D', ALL_NEGATIVE),
  ...onHost('Dilation2DBackpropFilter', ALL_NEGATIVE),
  ...onHost('Dilation2DBackpropInput', ALL_NEGATIVE),
  ...onHostWhere(
    'GatherV2',
    'wrong: from the second batch on',
    (call) => (call.attrs as unknown as tf.GatherV2Attrs).batchDims > 0,
  ),
  ...onHostWhere(
    'AvgPool',
    `${BESIDE}, and sums of large windows`,
    (call) => isOdd('AvgPool', call) || isLarge(pair((call.attrs as unknown as tf.AvgPoolAttrs).filterSize)),
  ),
  ...onHostWhere('AvgPool3D', 'wrong: sums of large windows', ({ attrs }) =>
    isLarge([attrs!.filterSize as number].flat()),
  ),
  ...onHostWhere('Softmax', 'wrong: sums of long rows', ({ inputs }) =>
    isLarge(inputsOf({ inputs } as Call).logits.shape.slice(-1)),
  ),
  ...onHostWhere('MaxPool', BESIDE, (call) => isOdd('MaxPool', call)),
  ...onHostWhere(
    'ClipByValue',
    `${INTEGERS}, and bounds that are equal`,
    (call) => hasType('int32')(call) || !(call.attrs!.clipValueMin! < call.attrs!.clipValueMax!),
  ),
  ...onHostWhere('Expm1', INTEGERS, hasType('int32')),
  ...onHost('FloorDiv', 'wrong: type of the result, and integers by zero'),
  ...onHostWhere('Mod', 'wrong: stops at integers by zero', hasType('int32')),
  ...onHostWhere('OneHot', 'wrong: other types than int32', ({ attrs }) => attrs!.dtype !== 'int32'),
  ...onHostWhere('PadV2', 'wrong: integers beyond the type', hasType('int32')),
  ...onHostWhere('Pow', INTEGERS, hasType('int32')),
  ...onHostWhere('RealDiv', 'wrong: stops at integers by zero', hasType('int32')),
  ...onHostWhere('Reciprocal', INTEGERS, hasType('int32')),
  ...onHostWhere('Select', TRUTH, ({ inputs }) => (inputs as Record<string, tf.TensorInfo>).t.dtype === 'bool'),
  ...onHostWhere('Step', INTEGERS, hasType('int32')),
  ...onHostWhere('Reverse', TRUTH, hasType('bool')),
  ...onHostWhere('TopK', TRUTH, hasType('bool')),
  ...onHost('MaxPool3D', ALL_NEGATIVE),
  ...onHost('MaxPool3DGrad', ALL_NEGATIVE),
  ...onHost('MaxPoolGrad', ALL_NEGATIVE),
  ...onHost('MaxPoolWithArgmax', ALL_NEGATIVE),
  ...onHost('RaggedGather', 'missing'),
  ...onHost('RaggedRange', 'missing'),
  ...onHost('RaggedTensorToTensor', 'missing'),
  ...onHost('StaticRegexReplace', 'missing'),
  ...onHostWhere('ResizeNearestNeighbor', 'wrong: type of the result', hasType('int32')),
  ...onHostWhere('RotateWithOffset', 'wrong: fills with whole numbers only', ({ attrs }) =>
    [attrs!.fillValue as number].flat().some((value) => !Number.isInteger(value)),
  ),
  ...onHostWhere('StridedSlice', 'wrong: type of the result', hasType('int32', 'bool')),
  ...onHost('Transform', 'wrong: reflected edges'),
};

let registered = false;

function replace(kernelName: string, make: WasmKernel['make']): void {
  const original = tf.getKernel(kernelName, 'wasm');
  if (original) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...original, kernelName, backendName: 'wasm', kernelFunc: make(original?.kernelFunc) });
}

/** Registers them. Idempotent. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  for (const [kernelName, { make }] of Object.entries(wasmKernels)) replace(kernelName, make);
  // What prepares itself when the backend starts is native code.
  const native = tf.getKernelsForBackend('wasm').filter(({ setupFunc }) => setupFunc);
  for (const { kernelName } of native) replace(kernelName, (kernel) => guarded(kernelName, kernel));
}
