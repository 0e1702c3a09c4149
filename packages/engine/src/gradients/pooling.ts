import { tf } from '../tf.js';
import { type GradientTable, gradient, runKernel } from './gradient.js';

type Attributes = tf.AvgPoolAttrs | tf.AvgPool3DAttrs;

interface Axis {
  input: number;
  output: number;
  filter: number;
  stride: number;
  before: number;
}

function axesOf(shape: number[], { filterSize, strides, pad, dimRoundingMode }: Attributes): Axis[] {
  if (shape.length === 5) {
    const i = tf.backend_util.computePool3DInfo(
      shape as never,
      filterSize as never,
      strides as never,
      1,
      pad as 'same',
      dimRoundingMode,
    );
    return [
      { input: i.inDepth, output: i.outDepth, filter: i.filterDepth, stride: i.strideDepth, before: i.padInfo.front },
      { input: i.inHeight, output: i.outHeight, filter: i.filterHeight, stride: i.strideHeight, before: i.padInfo.top },
      { input: i.inWidth, output: i.outWidth, filter: i.filterWidth, stride: i.strideWidth, before: i.padInfo.left },
    ];
  }
  const i = tf.backend_util.computePool2DInfo(
    shape as never,
    filterSize as never,
    strides as never,
    1,
    pad,
    dimRoundingMode,
  );
  return [
    { input: i.inHeight, output: i.outHeight, filter: i.filterHeight, stride: i.strideHeight, before: i.padInfo.top },
    { input: i.inWidth, output: i.outWidth, filter: i.filterWidth, stride: i.strideWidth, before: i.padInfo.left },
  ];
}

/**
 * Size of the whole window over the number of its places inside the image, for each window: what the kernels of TFJS leave
 * out, which spread dy evenly over the window although the mean was taken inside the image only. Null where it is one.
 */
function inverseCoverage(shape: number[], attributes: Attributes): tf.Tensor | null {
  let total: tf.Tensor | null = null;
  axesOf(shape, attributes).forEach(({ input, output, filter, stride, before }, i, axes) => {
    const shares = Float32Array.from({ length: output }, (_, o) => {
      const first = o * stride - before;
      return filter / (Math.min(first + filter, input) - Math.max(first, 0));
    });
    if (shares.every((share) => share === 1)) return;
    const factor = tf.tensor(shares, [1, ...axes.map((_, k) => (k === i ? output : 1)), 1]);
    total = total === null ? factor : tf.mul(total, factor);
  });
  return total;
}

/** Applies it by `op` on the engines whose gradient kernels are TFJS's own. */
function corrected(dy: tf.Tensor, shape: number[], attributes: Attributes, op = tf.mul): tf.Tensor {
  if (tf.getBackend() !== 'cpu' && tf.getBackend() !== 'wasm') return dy;
  const factor = inverseCoverage(shape, attributes);
  return factor === null ? dy : op(dy, factor);
}

const AT_EDGES = 'wrong: along padded edges';

export const pooling: GradientTable = {
  AvgPool: gradient<tf.AvgPoolAttrs>({
    why: AT_EDGES,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({
      x: () => runKernel('AvgPoolGrad', { dy: corrected(dy, x.shape, attributes), input: x }, attributes),
    }),
  }),
  AvgPoolGrad: gradient<tf.AvgPoolAttrs>({
    why: 'missing: second derivative',
    inputsToSave: ['input'],
    gradFunc: (ddx, [input], attributes) => {
      const { filterSize, strides, pad, dimRoundingMode } = attributes;
      const mean = () => tf.avgPool(ddx as tf.Tensor4D, filterSize, strides, pad, dimRoundingMode);
      return {
        dy: () => corrected(mean(), input.shape, attributes, tf.div),
        input: () => tf.zerosLike(input),
      };
    },
  }),
  AvgPool3D: gradient<tf.AvgPool3DAttrs>({
    why: AT_EDGES,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({
      x: () => runKernel('AvgPool3DGrad', { dy: corrected(dy, x.shape, attributes), input: x }, attributes),
    }),
  }),
  MaxPool: gradient<tf.MaxPoolAttrs>({
    why: 'wrong: ignores dimRoundingMode',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attributes) => ({
      x: () => runKernel('MaxPoolGrad', { dy, input: x, output: y }, attributes),
    }),
  }),
  MaxPoolWithArgmax: gradient<tf.MaxPoolWithArgmaxAttrs, tf.Tensor[]>({
    why: 'missing',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: ([dy], [x, y], attributes) => ({
      x: () => runKernel('MaxPoolGrad', { dy, input: x, output: y }, attributes),
    }),
  }),
};
