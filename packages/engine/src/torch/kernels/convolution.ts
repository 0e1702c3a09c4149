import { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import { scalarType, type TorchBackend } from '../backend.js';
import { type KernelTable, kernel } from './kernel.js';

type ConvInfo = tf.backend_util.Conv2DInfo;

// TFJS images are NHWC: seen as NCHW they are torch's channels-last layout, which oneDNN and cuDNN run without a copy.
// TFJS filters are HWIO, torch's OIHW.
const toNchw = (backend: TorchBackend, handle: Handle): Handle => backend.call('permute', handle, [0, 3, 1, 2]);
const toNhwc = (backend: TorchBackend, handle: Handle): Handle => backend.call('permute', handle, [0, 2, 3, 1]);
const toOihw = (backend: TorchBackend, handle: Handle): Handle => backend.call('permute', handle, [3, 2, 0, 1]);

interface Convolution {
  stride: number[];
  padding: number[];
  dilation: number[];
  /** Rows and columns that 'same' padding wants beside the symmetric part: [left, right, top, bottom], or null. */
  extra: [number, number, number, number] | null;
  /** Shape of the input after `extra`, NCHW. */
  inputShape: number[];
}

/** Splits TensorFlow's padding, which may be one larger after than before, into ATen's symmetric one and a rest. */
function describe(info: ConvInfo): Convolution {
  const { top, bottom, left, right } = info.padInfo;
  const rows = Math.min(top, bottom);
  const columns = Math.min(left, right);
  const extra: Convolution['extra'] =
    top === bottom && left === right ? null : [left - columns, right - columns, top - rows, bottom - rows];
  return {
    stride: [info.strideHeight, info.strideWidth],
    padding: [rows, columns],
    dilation: [info.dilationHeight, info.dilationWidth],
    extra,
    inputShape: [
      info.batchSize,
      info.inChannels,
      info.inHeight + (extra ? extra[2] + extra[3] : 0),
      info.inWidth + (extra ? extra[0] + extra[1] : 0),
    ],
  };
}

const { computeConv2DInfo, convertConv2DDataFormat } = tf.backend_util;

function infoOf(
  inputShape: number[],
  filterShape: number[],
  { strides, pad, dilations, dimRoundingMode, dataFormat }: Omit<tf.Conv2DAttrs, 'dilations'> & Partial<tf.Conv2DAttrs>,
): ConvInfo {
  if (dataFormat !== 'NHWC') throw new Error(`dataFormat ${dataFormat} is not supported, only NHWC`);
  return computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    false,
    convertConv2DDataFormat(dataFormat),
  );
}

function convolve(
  backend: TorchBackend,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  bias: Handle | null,
  info: ConvInfo,
): Handle {
  const { stride, padding, dilation, extra } = describe(info);
  const images = toNchw(backend, backend.handleOf(x));
  const padded = extra ? backend.call('constant_pad_nd', images, extra) : images;
  const weight = toOihw(backend, backend.handleOf(filter));
  return toNhwc(
    backend,
    backend.call('convolution', padded, weight, bias, stride, padding, dilation, false, [0, 0], 1),
  );
}

/** One of the gradients of a convolution: `[true, false, false]` to the input, `[false, true, false]` to the filter. */
function gradient(
  backend: TorchBackend,
  dy: tf.TensorInfo,
  images: Handle,
  weight: Handle,
  c: Convolution,
  to: boolean[],
) {
  const gradients = backend.callMany(
    'convolution_backward',
    toNchw(backend, backend.handleOf(dy)),
    images,
    weight,
    null,
    c.stride,
    c.padding,
    c.dilation,
    false,
    [0, 0],
    1,
    to,
  );
  return gradients.find((handle) => handle !== null)!;
}

const CHANNELS_LAST = 2;

/** A tensor of which the gradient uses only shape and layout, not the values. */
const shapeOnly = (backend: TorchBackend, shape: number[]): Handle =>
  backend.call('empty.memory_format', shape, scalarType.float32, null, backend.device, null, CHANNELS_LAST);

export const convolution: KernelTable = {
  Conv2D: kernel<tf.Conv2DAttrs>(({ backend, inputs: { x, filter }, attributes }) => {
    const info = infoOf(x.shape, filter.shape, attributes);
    return backend.wrap(convolve(backend, x, filter, null, info), info.outShape, x.dtype);
  }),

  FusedConv2D: kernel<tf.FusedConv2DAttrs>(
    ({ backend, inputs: { x, filter, bias, preluActivationWeights }, attributes }) => {
      const info = infoOf(x.shape, filter.shape, attributes);
      const { activation } = attributes;
      const handle = convolve(
        backend,
        x,
        filter,
        bias ? backend.call('reshape', backend.handleOf(bias), [-1]) : null,
        info,
      );
      if (preluActivationWeights || (activation !== 'linear' && activation !== 'relu')) {
        throw new Error(`activation ${activation} is not supported in a fused convolution; apply it on its own`);
      }
      return backend.wrap(activation === 'relu' ? backend.call('relu', handle) : handle, info.outShape, x.dtype);
    },
  ),

  Conv2DBackpropInput: kernel<tf.Conv2DBackpropInputAttrs>(({ backend, inputs: { dy, filter }, attributes }) => {
    const c = describe(infoOf(attributes.inputShape, filter.shape, attributes));
    const weight = toOihw(backend, backend.handleOf(filter));
    const images = shapeOnly(backend, c.inputShape);
    let dx = gradient(backend, dy, images, weight, c, [true, false, false]);
    if (c.extra)
      dx = backend.call(
        'constant_pad_nd',
        dx,
        c.extra.map((amount) => -amount),
      );
    return backend.wrap(toNhwc(backend, dx), attributes.inputShape, dy.dtype);
  }),

  Conv2DBackpropFilter: kernel<tf.Conv2DBackpropFilterAttrs>(({ backend, inputs: { x, dy }, attributes }) => {
    const [height, width, inputs, outputs] = attributes.filterShape;
    const c = describe(infoOf(x.shape, attributes.filterShape, attributes));
    const images = toNchw(backend, backend.handleOf(x));
    const padded = c.extra ? backend.call('constant_pad_nd', images, c.extra) : images;
    const weight = shapeOnly(backend, [outputs, inputs, height, width]);
    const dw = gradient(backend, dy, padded, weight, c, [false, true, false]);
    // Contiguous, so that parameters keep one layout, and with it their exact results, across checkpoints.
    const hwio = backend.call('contiguous', backend.call('permute', dw, [2, 3, 1, 0]));
    return backend.wrap(hwio, attributes.filterShape, x.dtype);
  }),
};
