import type { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { floatsOf, type KernelTable, kernel } from './kernel.js';

type Mode = tf.ResizeBilinearAttrs;

const toNchw = (backend: TorchBackend, handle: Handle): Handle => backend.call('permute', handle, [0, 3, 1, 2]);
const toNhwc = (backend: TorchBackend, handle: Handle): Handle => backend.call('permute', handle, [0, 2, 3, 1]);

// Without half-pixel centres or aligned corners TFJS reads output o at o * input / output, a grid that ATen does not have.
// But with the last row and column repeated once, and one output more, that is the grid of aligned corners:
// o * (input + 1 - 1) / (output + 1 - 1).
const isLegacy = ({ alignCorners, halfPixelCenters }: Mode): boolean => !alignCorners && !halfPixelCenters;
const ONE_MORE = [0, 1, 0, 1];

/** The input row or column that each output row or column takes. */
function nearest(input: number, output: number, { alignCorners, halfPixelCenters }: Mode): Int32Array {
  const scale = alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output;
  return Int32Array.from({ length: output }, (_, o) => {
    const position = (halfPixelCenters ? o + 0.5 : o) * scale;
    return Math.min(input - 1, alignCorners ? Math.round(position) : Math.floor(position));
  });
}

/** Whether every pixel is repeated a whole number of times, which ATen does much faster than it gathers. */
const repeats = ([, height, width]: number[], [outHeight, outWidth]: number[], { alignCorners }: Mode): boolean =>
  !alignCorners && outHeight % height === 0 && outWidth % width === 0;

/** The enlargement of U-Nets, whose gradient is ten times slower in ATen than it need be. */
const isDoubled = ([, height, width]: number[], [, outHeight, outWidth]: number[], mode: Mode): boolean =>
  mode.halfPixelCenters && !mode.alignCorners && outHeight === 2 * height && outWidth === 2 * width;

export const resize: KernelTable = {
  ResizeBilinear: kernel<Mode>(({ backend, inputs: { images }, attributes }) => {
    const [height, width] = attributes.size;
    const pixels = toNchw(backend, floatsOf(backend, images));
    let resized: Handle;
    if (isLegacy(attributes)) {
      const extended = backend.call('replication_pad2d', pixels, ONE_MORE);
      const all = backend.call('upsample_bilinear2d', extended, [height + 1, width + 1], true);
      resized = backend.call('narrow', backend.call('narrow', all, 2, 0, height), 3, 0, width);
    } else {
      resized = backend.call('upsample_bilinear2d', pixels, [height, width], attributes.alignCorners);
    }
    return backend.wrap(toNhwc(backend, resized), [images.shape[0], height, width, images.shape[3]], 'float32');
  }),

  ResizeBilinearGrad: kernel<Mode>(({ backend, inputs: { images, dy }, attributes }) => {
    const [batch, height, width, channels] = images.shape;
    const [outHeight, outWidth] = dy.shape.slice(1, 3);
    if (backend.device === 'cpu' && isDoubled(images.shape, dy.shape, attributes)) {
      const dx = backend.call('sandwich::double_bilinear_backward', backend.handleOf(dy));
      return backend.wrap(dx, images.shape, dy.dtype);
    }
    const upstream = toNchw(backend, backend.handleOf(dy));
    let dx: Handle;
    if (isLegacy(attributes)) {
      const all = backend.call('constant_pad_nd', upstream, ONE_MORE);
      const outSize = [outHeight + 1, outWidth + 1];
      const inSize = [batch, channels, height + 1, width + 1];
      const extended = backend.call('upsample_bilinear2d_backward', all, outSize, inSize, true);
      const pixels = toNchw(backend, floatsOf(backend, images));
      dx = backend.call('replication_pad2d_backward', extended, pixels, ONE_MORE);
    } else {
      const inSize = [batch, channels, height, width];
      const { alignCorners } = attributes;
      dx = backend.call('upsample_bilinear2d_backward', upstream, [outHeight, outWidth], inSize, alignCorners);
    }
    return backend.wrap(toNhwc(backend, dx), images.shape, dy.dtype);
  }),

  ResizeNearestNeighbor: kernel<Mode>(({ backend, inputs: { images }, attributes }) => {
    const { size } = attributes;
    const shape = [images.shape[0], ...size, images.shape[3]];
    if (images.dtype === 'float32' && repeats(images.shape, size, attributes)) {
      const resized = backend.call('upsample_nearest2d', toNchw(backend, backend.handleOf(images)), size);
      return backend.wrap(toNhwc(backend, resized), shape, 'float32');
    }
    let handle = backend.handleOf(images);
    size.forEach((length, axis) => {
      const index = backend.upload(nearest(images.shape[axis + 1], length, attributes), [length]);
      handle = backend.call('index_select', handle, axis + 1, index);
    });
    return backend.wrap(handle, shape, images.dtype);
  }),

  ResizeNearestNeighborGrad: kernel<Mode>(({ backend, inputs: { images, dy }, attributes }) => {
    const [batch, height, width, channels] = images.shape;
    const size = dy.shape.slice(1, 3);
    if (repeats(images.shape, size, attributes)) {
      const inSize = [batch, channels, height, width];
      const dx = backend.call('upsample_nearest2d_backward', toNchw(backend, backend.handleOf(dy)), size, inSize);
      return backend.wrap(toNhwc(backend, dx), images.shape, dy.dtype);
    }
    let handle = backend.handleOf(dy);
    const shape = [...dy.shape];
    for (const axis of [1, 2]) {
      const index = backend.upload(nearest(images.shape[axis], dy.shape[axis], attributes), [dy.shape[axis]]);
      shape[axis] = images.shape[axis];
      handle = backend.call('index_add', backend.call('new_zeros', handle, shape), axis, index, handle);
    }
    return backend.wrap(handle, images.shape, dy.dtype);
  }),
};
