// What TFJS gets wrong of the windows of convolutions and poolings:
//
// - one number of padding: TFJS takes the size of the result along both axes from the height of the window, its vertical
//   stride and dilation. As padding of each side it takes them as they are.
// - 'same' in volumes with strides above the window: TFJS pads by a negative amount, and begins inside. TensorFlow begins at
//   the first voxel; what lies behind the last window is cut off here, so that there is nothing to pad.
// - what cannot be computed, padding that is no whole number or windows larger than the image, some kernels compute from
//   memory that is not theirs. It is an error.

import { tf } from '../tf.js';
import { type Call, forKernels, type Repair, type RepairTable, type Result, type Run, repair } from './call.js';

type Padding = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;

interface Attributes {
  pad: Padding;
  strides: number | number[];
  dilations?: number | number[] | null;
  dataFormat?: string;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  inputShape?: number[];
  filterShape?: number[];
  filterSize?: number | number[];
}

const CONVOLUTIONS = [
  'Conv2D',
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'Conv3D',
  'Conv3DBackpropFilterV2',
  'Conv3DBackpropInputV2',
  'DepthwiseConv2dNative',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'Dilation2D',
  'Dilation2DBackpropFilter',
  'Dilation2DBackpropInput',
  'FusedConv2D',
  'FusedDepthwiseConv2D',
];
const POOLINGS = [
  'AvgPool',
  'AvgPool3D',
  'AvgPool3DGrad',
  'AvgPoolGrad',
  'MaxPool',
  'MaxPool3D',
  'MaxPool3DGrad',
  'MaxPoolGrad',
  'MaxPoolWithArgmax',
];

const isPooling = (name: string) => POOLINGS.includes(name);

/** One spatial axis. */
interface Axis {
  size: number;
  /** Extent of the window, including the gaps of its dilation. */
  reach: number;
  stride: number;
}

const perAxis = (value: number | number[] | null | undefined, count: number): number[] =>
  Array.isArray(value) ? value : new Array(count).fill(value ?? 1);

const isChannelsFirst = ({ dataFormat }: Attributes) => dataFormat === 'NCHW' || dataFormat === 'NCDHW';

/** Place of the first spatial axis in the images' shape. */
const firstAxis = (attributes: Attributes) => (isChannelsFirst(attributes) ? 2 : 1);

function axesOf(shape: number[], filter: number[], attributes: Attributes): Axis[] {
  const count = shape.length - 2;
  const strides = perAxis(attributes.strides, count);
  const dilations = perAxis(attributes.dilations, count);
  const first = firstAxis(attributes);
  return Array.from({ length: count }, (_, i) => ({
    size: shape[first + i],
    reach: (filter[i] - 1) * dilations[i] + 1,
    stride: strides[i],
  }));
}

const rounders = { floor: Math.floor, round: Math.round, ceil: Math.ceil };

/** Refuses channels first where an engine would take them for channels last: only torch has depthwise convolutions of both layouts. */
function assertLayout(name: string, attributes: Attributes): void {
  if (isChannelsFirst(attributes) && name.includes('Depthwise') && tf.getBackend() !== 'torch') {
    throw new Error(
      `${name}: the ${tf.getBackend()} engine has no dataFormat NCHW for depthwise convolutions, only NHWC`,
    );
  }
}

/** Windows along each axis, less one and with a fraction where the last one does not fit. `padding` is one pair an axis. */
const stepsOf = (axes: Axis[], padding: [number, number][]) =>
  axes.map(({ size, reach, stride }, i) => (size + padding[i][0] + padding[i][1] - reach) / stride);

function assertFits(name: string, axes: Axis[], padding: [number, number][]): void {
  if (stepsOf(axes, padding).every((steps) => steps > -2)) return;
  const listed = (values: number[]) => `[${values.join(', ')}]`;
  throw new Error(
    `${name}: a window of ${listed(axes.map(({ reach }) => reach))} does not fit into an image of ` +
      `${listed(axes.map(({ size }) => size))} padded by ${listed(padding.flat())}`,
  );
}

function assertWhole(name: string, amounts: number[], pad: Padding): void {
  if (amounts.every((amount) => Number.isInteger(amount) && amount >= 0)) return;
  throw new Error(`${name}: padding must be whole numbers from 0 on, 'same' or 'valid', got ${JSON.stringify(pad)}`);
}

/** The padding of each side, in the order of the axes of an image. */
function explicit(pad: number, attributes: Attributes): tf.backend_util.ExplicitPadding {
  const [none, all] = [[0, 0] as [number, number], [pad, pad] as [number, number]];
  return isChannelsFirst(attributes) ? [none, none, all, all] : [none, all, all, none];
}

/** The shape of the part of a volume that its windows see under 'same'; the whole shape where they see all of it. */
function seenPart(shape: number[], axes: Axis[], attributes: Attributes): number[] {
  const seen = [...shape];
  axes.forEach(({ size, reach, stride }, i) => {
    seen[firstAxis(attributes) + i] = Math.min(size, (Math.ceil(size / stride) - 1) * stride + reach);
  });
  return seen;
}

/** A kernel on volumes with 'same', computed of the part that its windows see. */
function runOnSeenPart(run: Run, call: Call<Attributes>, axes: Axis[], shape: number[]): Result {
  const { inputs, attributes } = call;
  const seen = seenPart(shape, axes, attributes);
  if (tf.util.arraysEqual(seen, shape)) return run(call);
  if (!attributes.inputShape) return run({ ...call, inputs: { ...inputs, x: tf.slice(inputs.x, seen.map(() => 0), seen) } }); // biome-ignore format: one call
  const part = run({ ...call, attributes: { ...attributes, inputShape: seen } }) as tf.Tensor;
  return tf.pad(
    part,
    seen.map((size, axis): [number, number] => [0, shape[axis] - size]),
  );
}

interface Windows {
  shape: number[];
  axes: Axis[];
  /** One pair an axis, null for 'same'. */
  padding: [number, number][] | null;
}

function windowsOf({ name, inputs, attributes }: Call<Attributes>): Windows {
  const { pad } = attributes;
  const shape = attributes.inputShape ?? (inputs.x ?? inputs.input).shape;
  const count = shape.length - 2;
  const filter = isPooling(name)
    ? perAxis(attributes.filterSize, count)
    : (attributes.filterShape ?? inputs.filter.shape);
  const axes = axesOf(shape, filter, attributes);
  if (pad === 'same') return { shape, axes, padding: null };
  if (typeof pad !== 'object') return { shape, axes, padding: axes.map(() => (pad === 'valid' ? [0, 0] : [pad, pad])) };
  return { shape, axes, padding: pad.slice(firstAxis(attributes), firstAxis(attributes) + count) };
}

/** Whether windows of a call lie in the padding alone: they have neither mean nor maximum. */
export function haveWindowsBeside(call: Call<Attributes>): boolean {
  const { axes, padding } = windowsOf(call);
  if (padding === null) return false;
  const { dimRoundingMode } = call.attributes;
  const round = dimRoundingMode ? rounders[dimRoundingMode] : Math.trunc;
  const steps = stepsOf(axes, padding);
  return axes.some(({ size, reach, stride }, i) => {
    const before = padding[i][0];
    return size > 0 && (before >= reach || round(steps[i]) * stride - before >= size);
  });
}

/** Whether there are windows, and none of them reaches beyond the padding. */
export function areWindowsInside(call: Call<Attributes>): boolean {
  const { axes, padding } = windowsOf(call);
  if (padding === null) return true;
  const { dimRoundingMode } = call.attributes;
  const round = dimRoundingMode ? rounders[dimRoundingMode] : Math.trunc;
  return stepsOf(axes, padding).every((steps) => steps >= 0 && round(steps) <= steps);
}

/**
 * Padding of each side in place of 'same' where some windows leave out pixels between them, for which 'same' means less than
 * no padding. Null where 'same' may stay.
 */
export function paddingOfSparseWindows(call: Call<Attributes>): tf.backend_util.ExplicitPadding | null {
  const { axes, padding } = windowsOf(call);
  if (padding !== null) return null;
  const totals = axes.map(({ size, reach, stride }) => (Math.ceil(size / stride) - 1) * stride + reach - size);
  if (totals.every((total) => total >= 0)) return null;
  const sides = totals.map((total): [number, number] => {
    const before = Math.floor(Math.max(total, 0) / 2);
    return [before, Math.max(total, 0) - before];
  });
  return [[0, 0], ...sides, [0, 0]] as tf.backend_util.ExplicitPadding;
}

const slide: Repair = repair<Attributes>((call, run) => {
  const { name, attributes } = call;
  const { pad } = attributes;
  assertLayout(name, attributes);
  const { shape, axes, padding } = windowsOf(call);
  if (padding === null) return axes.length === 3 ? runOnSeenPart(run, call, axes, shape) : run(call);
  assertWhole(name, padding.flat(), pad);
  if (axes.length === 3) return run(call);
  assertFits(name, axes, padding);
  return run(
    typeof pad === 'number' ? { ...call, attributes: { ...attributes, pad: explicit(pad, attributes) } } : call,
  );
});

/** Where windows of one pixel keep the shape TFJS takes the images for the result, whatever stride and padding are. */
const keep: Repair = repair<Attributes>((call, run) => {
  const { x } = call.inputs;
  const { filterSize, strides, pad, dimRoundingMode } = call.attributes;
  if (perAxis(filterSize, 2).some((size) => size !== 1)) return run(call);
  const { outShape } = tf.backend_util.computePool2DInfo(
    x.shape as never,
    1,
    strides as number,
    1,
    pad,
    dimRoundingMode,
  );
  return tf.util.arraysEqual(outShape, x.shape) ? tf.clone(x) : run(call);
});

export const windows: RepairTable = forKernels([...CONVOLUTIONS, ...POOLINGS], slide);
export const pixels: RepairTable = forKernels(['AvgPool', 'MaxPool'], keep);
