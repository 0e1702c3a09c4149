import { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { cast, floatsOf, type Kernel, type KernelTable, kernel, options } from './kernel.js';
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

const { computePool2DInfo, computePool3DInfo } = tf.backend_util;

interface PoolAttributes {
  filterSize: number | [number, number] | [number, number, number];
  strides: number | [number, number] | [number, number, number];
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dataFormat?: 'NDHWC' | 'NCDHW';
}

/** ATen's poolings pad by at most half the window, and in volumes want it to fit without. */
function poolOf(x: tf.TensorInfo, { filterSize, strides, pad, dimRoundingMode, dataFormat }: PoolAttributes) {
  const info =
    x.shape.length === 5
      ? computePool3DInfo(x.shape as Shape5, filterSize as 3, strides as 3, 1, pad, dimRoundingMode, dataFormat)
      : computePool2DInfo(x.shape as Shape4, filterSize as 2, strides as 2, 1, pad, dimRoundingMode);
  const sides = [info.filterHeight, info.filterWidth];
  if ('filterDepth' in info) sides.unshift(info.filterDepth);
  const window = windowOf(
    info,
    sides.map((side) => (sides.length === 3 ? 0 : Math.floor(side / 2))),
  );
  return { window, shape: info.outShape as number[], suffix: `${window.size.length}d` };
}

const imagesOf = (backend: TorchBackend, x: tf.TensorInfo, window: Window): Handle =>
  toChannelsFirst(backend, floatsOf(backend, x), window);

/** What pooling makes of images smaller than its window. */
const empty = (backend: TorchBackend, shape: number[], dtype: tf.DataType) =>
  backend.wrap(backend.call('zeros', shape, ...options(backend, dtype)), shape, dtype);

// An average is over the pixels of the image alone. Where padding is not symmetric, ATen cannot tell which they are:
// sums are taken and divided by the number of pixels, which is the sum over an image of ones.

const averaging = ({ kernel, stride, padding, extra }: Window) => [
  kernel,
  stride,
  padding,
  false,
  false,
  extra ? 1 : null,
];

function pixelCount(backend: TorchBackend, window: Window, suffix: string): Handle {
  const { extra, size } = window;
  const spatial = size.map((side, axis) => {
    const place = 2 * (size.length - 1 - axis);
    return side - extra![place] - extra![place + 1];
  });
  const ones = backend.call('ones', [1, 1, ...spatial], ...options(backend, 'float32'));
  const counts = backend.call(`avg_pool${suffix}`, padExtra(backend, ones, window), ...averaging(window));
  // Where a window holds no pixel at all, TFJS gives NaN in images and zero in volumes.
  return size.length === 3 ? backend.call('clamp_min_', counts, 1) : counts;
}

const [FLOAT, DOUBLE] = [6, 7];

/** ATen adds up a window number by number. Sums of large ones need double precision. */
function averageOver(backend: TorchBackend, images: Handle, window: Window, suffix: string): Handle {
  const few = 1024;
  const pool = (handle: Handle) => backend.call(`avg_pool${suffix}`, handle, ...averaging(window));
  if (tf.util.sizeFromShape(window.kernel) <= few) return pool(images);
  return backend.call('to.dtype', pool(backend.call('to.dtype', images, DOUBLE)), FLOAT);
}

const average: Kernel = kernel<PoolAttributes>(({ backend, inputs: { x }, attributes }) => {
  const { window, shape, suffix } = poolOf(x, attributes);
  if (shape.includes(0)) return empty(backend, shape, 'float32');
  const images = padExtra(backend, imagesOf(backend, x, window), window);
  let pooled = averageOver(backend, images, window, suffix);
  if (window.extra) pooled = backend.call('div.Tensor', pooled, pixelCount(backend, window, suffix));
  return backend.wrap(fromChannelsFirst(backend, pooled, window), shape, 'float32');
});

const averageGradient: Kernel = kernel<PoolAttributes>(({ backend, inputs: { dy, input }, attributes }) => {
  const { window, suffix } = poolOf(input, attributes);
  if (dy.shape.includes(0)) return empty(backend, input.shape, 'float32');
  const images = padExtra(backend, imagesOf(backend, input, window), window);
  let gradient = toChannelsFirst(backend, backend.handleOf(dy), window);
  if (window.extra) gradient = backend.call('div.Tensor', gradient, pixelCount(backend, window, suffix));
  const dx = backend.call(`avg_pool${suffix}_backward`, gradient, images, ...averaging(window));
  return backend.wrap(fromChannelsFirst(backend, cropExtra(backend, dx, window), window), input.shape, 'float32');
});

const maximizing = ({ kernel, stride, padding, dilation }: Window) => [kernel, stride, padding, dilation, false];

/** The maxima and their positions in the (padded) image. */
function maxima(backend: TorchBackend, images: Handle, window: Window, suffix: string): [Handle, Handle] {
  const [values, positions] = backend.callMany(`max_pool${suffix}_with_indices`, images, ...maximizing(window));
  return [values!, positions!];
}

const maximum: Kernel = kernel<PoolAttributes>(({ backend, inputs: { x }, attributes }) => {
  const { window, shape, suffix } = poolOf(x, attributes);
  if (shape.includes(0)) return empty(backend, shape, x.dtype);
  const images = padExtra(backend, imagesOf(backend, x, window), window, -Infinity);
  const pooled = fromChannelsFirst(backend, maxima(backend, images, window, suffix)[0], window);
  return backend.wrap(x.dtype === 'float32' ? pooled : cast(backend, pooled, x.dtype), shape, x.dtype);
});

const maximumGradient: Kernel = kernel<PoolAttributes>(({ backend, inputs: { dy, input }, attributes }) => {
  const { window, suffix } = poolOf(input, attributes);
  if (dy.shape.includes(0)) return empty(backend, input.shape, 'float32');
  const images = padExtra(backend, imagesOf(backend, input, window), window, -Infinity);
  const [, positions] = maxima(backend, images, window, suffix);
  const gradient = toChannelsFirst(backend, backend.handleOf(dy), window);
  const dx = backend.call(
    `max_pool${suffix}_with_indices_backward`,
    gradient,
    images,
    ...maximizing(window),
    positions,
  );
  return backend.wrap(fromChannelsFirst(backend, cropExtra(backend, dx, window), window), input.shape, 'float32');
});

export const pooling: KernelTable = {
  AvgPool: average,
  AvgPool3D: average,
  AvgPoolGrad: averageGradient,
  AvgPool3DGrad: averageGradient,
  MaxPool: maximum,
  MaxPool3D: maximum,
  MaxPoolGrad: maximumGradient,
  MaxPool3DGrad: maximumGradient,

  // ATen counts positions in the padded plane of one channel, TFJS in the whole image, channels last.
  MaxPoolWithArgmax: kernel<tf.MaxPoolWithArgmaxAttrs>(({ backend, inputs: { x }, attributes }) => {
    const { window, shape, suffix } = poolOf(x, attributes);
    if (shape.includes(0)) return [empty(backend, shape, x.dtype), empty(backend, shape, 'int32')];
    const [batch, height, width, channels] = x.shape;
    const positions = backend.call(
      'arange',
      (attributes.includeBatchInIndex ? batch : 1) * height * width * channels,
      ...options(backend, 'int32'),
    );
    const perImage = backend.call('reshape', positions, [-1, height, width, channels]);
    const planes = toChannelsFirst(backend, backend.call('expand', perImage, x.shape), window);
    const images = padExtra(backend, imagesOf(backend, x, window), window, -Infinity);
    const [values, places] = maxima(backend, images, window, suffix);
    const padded = backend.call('flatten.using_ints', padExtra(backend, planes, window), 2);
    const chosen = backend.call('gather', padded, 2, backend.call('flatten.using_ints', places, 2));
    const nchw = backend.call('reshape', chosen, [shape[0], shape[3], shape[1], shape[2]]);
    return [
      backend.wrap(cast(backend, fromChannelsFirst(backend, values, window), x.dtype), shape, x.dtype),
      backend.wrap(fromChannelsFirst(backend, nchw, window), shape, 'int32'),
    ];
  }),
};
