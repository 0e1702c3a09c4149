import { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import { scalarType, type TorchBackend } from '../backend.js';
import { type ActivationAttributes, activate } from './activation.js';
import { dense, depthwise, type FilterLayout } from './filter-layout.js';
import { type KernelTable, kernel, options } from './kernel.js';
import {
  cropExtra,
  fromChannelsFirst,
  padExtra,
  type Shape4,
  type Shape5,
  toChannelsFirst,
  type Window,
  windowOf,
} from './window.js';

const { computeConv2DInfo, computeConv3DInfo, convertConv2DDataFormat } = tf.backend_util;

interface ConvolutionAttributes {
  strides: number | [number, number] | [number, number, number];
  pad: tf.Conv2DAttrs['pad'];
  dataFormat?: string;
  /** Beyond TFJS the gradients take them too. */
  dilations?: number | [number, number] | [number, number, number] | null;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

interface Convolution {
  window: Window;
  groups: number;
  inShape: number[];
  outShape: number[];
  outChannels: number;
}

function convolutionOf(
  layout: FilterLayout,
  inputShape: number[],
  filterShape: number[],
  { strides, pad, dataFormat = 'NHWC', dilations, dimRoundingMode }: ConvolutionAttributes,
): Convolution {
  const info =
    inputShape.length === 5
      ? computeConv3DInfo(
          inputShape as Shape5,
          filterShape as Shape5,
          strides as 3,
          (dilations ?? 1) as 3,
          pad as 'same',
        )
      : computeConv2DInfo(
          inputShape as Shape4,
          filterShape as Shape4,
          strides as 2,
          (dilations ?? 1) as 2,
          pad,
          dimRoundingMode,
          layout === depthwise,
          convertConv2DDataFormat(dataFormat as 'NHWC'),
        );
  const { inShape, outShape, inChannels, outChannels } = info;
  return { window: windowOf(info), groups: layout === depthwise ? inChannels : 1, inShape, outShape, outChannels };
}

const NO_OUTPUT_PADDING = { 2: [0, 0], 3: [0, 0, 0] };

const geometry = ({ window: { stride, padding, dilation }, groups }: Convolution) => [
  stride,
  padding,
  dilation,
  false,
  NO_OUTPUT_PADDING[stride.length as 2 | 3],
  groups,
];

const isEmpty = ({ shape }: tf.TensorInfo) => shape.includes(0);

/** What ATen makes of empty images or filters is an error, or has another shape. */
function nothing(backend: TorchBackend, shape: number[], bias: Handle | null = null): Handle {
  const zeros = backend.call('zeros', shape, ...options(backend, 'float32'));
  return bias === null ? zeros : backend.call('add.Tensor', zeros, bias);
}

function convolve(
  backend: TorchBackend,
  layout: FilterLayout,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  bias: Handle | null,
  c: Convolution,
): Handle {
  if (isEmpty(x) || isEmpty(filter) || c.outShape.includes(0)) return nothing(backend, c.outShape, bias);
  const images = padExtra(backend, toChannelsFirst(backend, backend.handleOf(x), c.window), c.window);
  const weight = layout.toAten(backend, backend.handleOf(filter), filter.shape);
  return fromChannelsFirst(backend, backend.call('convolution', images, weight, bias, ...geometry(c)), c.window);
}

function assertUpstream({ shape }: tf.TensorInfo, { outShape }: Convolution): void {
  if (shape.some((size, axis) => size !== outShape[axis]))
    throw new Error(`dy must have the shape of the convolution's result, [${outShape}], got [${shape}]`);
}

/** One of the gradients of a convolution: `[true, false, false]` to the input, `[false, true, false]` to the filter. */
function gradient(
  backend: TorchBackend,
  dy: tf.TensorInfo,
  images: Handle,
  weight: Handle,
  c: Convolution,
  to: boolean[],
): Handle {
  const upstream = toChannelsFirst(backend, backend.handleOf(dy), c.window);
  const gradients = backend.callMany('convolution_backward', upstream, images, weight, null, ...geometry(c), to);
  return gradients.find((handle) => handle !== null)!;
}

const CHANNELS_LAST = { 4: 2, 5: 3 };

/** A tensor of which the gradient uses only shape and layout, not the values. */
const shapeOnly = (backend: TorchBackend, shape: number[]): Handle =>
  backend.call(
    'empty.memory_format',
    shape,
    scalarType.float32,
    null,
    backend.device,
    null,
    CHANNELS_LAST[shape.length as 4 | 5],
  );

const plain = (layout: FilterLayout) =>
  kernel<ConvolutionAttributes>(({ backend, inputs: { x, filter }, attributes }) => {
    const c = convolutionOf(layout, x.shape, filter.shape, attributes);
    return backend.wrap(convolve(backend, layout, x, filter, null, c), c.outShape, x.dtype);
  });

const fused = (layout: FilterLayout) =>
  kernel<ConvolutionAttributes & ActivationAttributes>(
    ({ backend, inputs: { x, filter, bias, preluActivationWeights }, attributes }) => {
      const c = convolutionOf(layout, x.shape, filter.shape, attributes);
      const perChannel = bias?.shape.length === 1 && bias.shape[0] === c.outChannels;
      let y = convolve(backend, layout, x, filter, perChannel ? backend.handleOf(bias) : null, c);
      if (bias && !perChannel) y = backend.call('add.Tensor', y, backend.handleOf(bias));
      let weights = preluActivationWeights ? backend.handleOf(preluActivationWeights) : null;
      if (weights !== null && !c.window.channelsLast && preluActivationWeights.shape.length === 1) {
        weights = backend.call('reshape', weights, [-1, 1, 1]);
      }
      return backend.wrap(activate(backend, y, attributes, weights), c.outShape, x.dtype);
    },
  );

/**
 * The gradient to the input of a convolution with stride 1 is a convolution by the filter turned by half a circle, with its
 * channels exchanged; oneDNN runs that faster than what it has for gradients. Null where it is not to be had so.
 */
function turnedConvolution(
  backend: TorchBackend,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  c: Convolution,
): Handle | null {
  const { kernel, stride, dilation, padding, extra } = c.window;
  const margins = kernel.map((size, axis) => dilation[axis] * (size - 1) - padding[axis]);
  const fits = c.groups === 1 && !extra && stride.every((step) => step === 1) && margins.every((size) => size >= 0);
  if (backend.device !== 'cpu' || !fits) return null;
  const axes = kernel.map((_, axis) => axis);
  const rank = axes.length + 2;
  const turned = backend.call('permute', backend.call('flip', backend.handleOf(filter), axes), [
    rank - 2,
    rank - 1,
    ...axes,
  ]);
  const upstream = toChannelsFirst(backend, backend.handleOf(dy), c.window);
  return backend.call(
    'convolution',
    upstream,
    turned,
    null,
    ...geometry({ ...c, window: { ...c.window, padding: margins } }),
  );
}

/**
 * The gradient to a filter with few output channels, which oneDNN computes in the time of 16: as that of the convolution
 * from them to the input channels, with images and dy exchanged, which is the filter turned by half a circle.
 */
function exchangedFilterGradient(
  backend: TorchBackend,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  filterShape: number[],
  c: Convolution,
): Handle | null {
  const { kernel, stride, dilation, padding, extra } = c.window;
  const same = kernel.every((size, axis) => dilation[axis] * (size - 1) === 2 * padding[axis]);
  const fits = c.groups === 1 && !extra && stride.every((step) => step === 1) && same;
  const few = 16;
  if (backend.device !== 'cpu' || !fits || c.outChannels >= few || filterShape.at(-2)! < few) return null;
  const rank = filterShape.length;
  const axes = kernel.map((_, axis) => axis);
  const atenShape = [filterShape.at(-2)!, filterShape.at(-1)!, ...kernel];
  const dw = backend.callMany(
    'convolution_backward',
    toChannelsFirst(backend, backend.handleOf(x), c.window),
    toChannelsFirst(backend, backend.handleOf(dy), c.window),
    shapeOnly(backend, atenShape),
    null,
    ...geometry(c),
    [false, true, false],
  )[1]!;
  const turned = backend.call(
    'flip',
    dw,
    axes.map((axis) => axis + 2),
  );
  return backend.call('permute', turned, [...axes.map((axis) => axis + 2), 0, 1].slice(0, rank));
}

const toInput = (layout: FilterLayout) =>
  kernel<ConvolutionAttributes & { inputShape: number[] }>(({ backend, inputs: { dy, filter }, attributes }) => {
    const { inputShape } = attributes;
    const c = convolutionOf(layout, inputShape, filter.shape, attributes);
    assertUpstream(dy, c);
    if (isEmpty(dy) || isEmpty(filter)) return backend.wrap(nothing(backend, inputShape), inputShape, dy.dtype);
    const turned = turnedConvolution(backend, dy, filter, c);
    if (turned !== null) return backend.wrap(fromChannelsFirst(backend, turned, c.window), inputShape, dy.dtype);
    const weight = layout.toAten(backend, backend.handleOf(filter), filter.shape);
    const channels = c.window.channelsLast ? inputShape.at(-1)! : inputShape[1];
    const images = shapeOnly(backend, [inputShape[0], channels, ...c.window.size]);
    const dx = cropExtra(backend, gradient(backend, dy, images, weight, c, [true, false, false]), c.window);
    return backend.wrap(fromChannelsFirst(backend, dx, c.window), inputShape, dy.dtype);
  });

const toFilter = (layout: FilterLayout) =>
  kernel<ConvolutionAttributes & { filterShape: number[] }>(({ backend, inputs: { x, dy }, attributes }) => {
    const { filterShape } = attributes;
    const c = convolutionOf(layout, x.shape, filterShape, attributes);
    assertUpstream(dy, c);
    if (isEmpty(dy) || isEmpty(x)) return backend.wrap(nothing(backend, filterShape), filterShape, x.dtype);
    const exchanged = exchangedFilterGradient(backend, x, dy, filterShape, c);
    if (exchanged !== null) return backend.wrap(backend.call('contiguous', exchanged), filterShape, x.dtype);
    const images = padExtra(backend, toChannelsFirst(backend, backend.handleOf(x), c.window), c.window);
    const weight = shapeOnly(backend, layout.atenShape(filterShape));
    const dw = layout.fromAten(backend, gradient(backend, dy, images, weight, c, [false, true, false]), filterShape);
    // Contiguous, so that parameters keep one layout, and with it their exact results, across checkpoints.
    return backend.wrap(backend.call('contiguous', dw), filterShape, x.dtype);
  });

export const convolution: KernelTable = {
  Conv2D: plain(dense),
  Conv3D: plain(dense),
  DepthwiseConv2dNative: plain(depthwise),
  FusedConv2D: fused(dense),
  FusedDepthwiseConv2D: fused(depthwise),
  Conv2DBackpropInput: toInput(dense),
  Conv2DBackpropFilter: toFilter(dense),
  Conv3DBackpropInputV2: toInput(dense),
  Conv3DBackpropFilterV2: toFilter(dense),
  DepthwiseConv2dNativeBackpropInput: toInput(depthwise),
  DepthwiseConv2dNativeBackpropFilter: toFilter(depthwise),
};
