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

/** What a window sees at each of its places: one tensor of the size of the result for each pixel of the window. */
function* seen(x: tf.Tensor, attributes: Attributes, outside: number): Generator<tf.Tensor> {
  const axes = axesOf(x.shape, attributes);
  const margins = axes.map(({ input, output, filter, stride, before }): [number, number] => [
    before,
    Math.max(0, (output - 1) * stride + filter - input - before),
  ]);
  const padded = tf.pad(x, [[0, 0], ...margins, [0, 0]] as [number, number][], outside);
  const [batch, channels] = [x.shape[0], x.shape.at(-1)!];
  const places = axes.reduce<number[][]>(
    (known, { filter }) => known.flatMap((place) => Array.from({ length: filter }, (_, i) => [...place, i])),
    [[]],
  );
  for (const place of places) {
    const end = axes.map(({ output, stride }, i) => place[i] + (output - 1) * stride + 1);
    const strides = axes.map(({ stride }) => stride);
    yield tf.stridedSlice(padded, [0, ...place, 0], [batch, ...end, channels], [1, ...strides, 1]);
  }
}

/** The value of ddx where each window has its maximum, the first of equal ones. */
function atMaxima(ddx: tf.Tensor, input: tf.Tensor, output: tf.Tensor, attributes: Attributes): tf.Tensor {
  const values = seen(ddx, attributes, 0);
  let sum: tf.Tensor | null = null;
  let left: tf.Tensor = tf.onesLike(output);
  for (const pixel of seen(input, attributes, Number.NEGATIVE_INFINITY)) {
    const chosen = tf.mul(left, tf.cast(tf.equal(pixel, output), 'float32'));
    const value = tf.mul(chosen, values.next().value!);
    sum = sum === null ? value : tf.add(sum, value);
    left = tf.sub(left, chosen);
  }
  return sum!;
}

/** A maximum pooling's gradient spreads dy: linear in dy, and constant between the places where other pixels become extreme. */
const spreading = gradient<Attributes>({
  why: 'missing: second derivative',
  inputsToSave: ['input', 'output'],
  gradFunc: (ddx, [input, output], attributes) => ({
    dy: () => atMaxima(ddx, input, output, attributes),
    input: () => tf.zerosLike(input),
    output: () => tf.zerosLike(output),
  }),
});

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
  AvgPool3DGrad: gradient<tf.AvgPool3DAttrs>({
    why: 'missing: second derivative',
    inputsToSave: ['input'],
    gradFunc: (ddx, [input], attributes) => {
      const { filterSize, strides, pad, dimRoundingMode } = attributes;
      const mean = () => tf.avgPool3d(ddx as tf.Tensor5D, filterSize, strides, pad, dimRoundingMode);
      return {
        dy: () => corrected(mean(), input.shape, attributes, tf.div),
        input: () => tf.zerosLike(input),
      };
    },
  }),
  // TFJS's kernels for volumes take the height of a window for its width.
  MaxPool3D: gradient<tf.MaxPool3DAttrs>({
    why: 'wrong: windows that are no cubes',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attributes) => ({
      x: () => {
        if (y.size === 0) return tf.zerosLike(x);
        return tf.getBackend() === 'torch'
          ? runKernel('MaxPool3DGrad', { dy, input: x, output: y }, attributes)
          : tf.grad((ddx) => atMaxima(ddx, x, y, attributes))(tf.zerosLike(x), dy);
      },
    }),
  }),
  MaxPoolGrad: spreading,
  MaxPool3DGrad: spreading,
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
