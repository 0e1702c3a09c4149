import { tf } from '@sandwich/engine';
import type { GraphNode } from '../graph-node.js';

/** How a window moves along one axis. */
export interface Window {
  size: number;
  stride: number;
  dilation: number;
  /** Padding. */
  before: number;
  after: number;
}

/** The extent of a window, the gaps of its dilation included. */
const reachOf = ({ size, dilation }: Window): number => (size - 1) * dilation + 1;

/**
 * The windows of a convolution or pooling over images, along height and width.
 *
 * @param sizes of the window
 * @returns a function of the images' height and width, on which padding depends where a node asks for `SAME_UPPER` or `SAME_LOWER`
 * @throws Error for other numbers of axes than two
 */
export function windowsOf(node: GraphNode, sizes: readonly number[]): (lengths: readonly number[]) => [Window, Window] {
  if (sizes.length !== 2) throw new Error(`only windows over height and width are supported, got [${sizes}]`);
  const strides = node.numbers('strides') ?? [1, 1];
  const dilations = node.numbers('dilations') ?? [1, 1];
  const pads = node.numbers('pads') ?? [0, 0, 0, 0];
  const auto = node.text('auto_pad', 'NOTSET');
  const along = (axis: number, length: number): Window => {
    const window = { size: sizes[axis], stride: strides[axis], dilation: dilations[axis], before: 0, after: 0 };
    if (auto === 'VALID') return window;
    if (auto === 'NOTSET') return { ...window, before: pads[axis], after: pads[axis + 2] };
    const windows = Math.ceil(length / window.stride);
    const missing = Math.max(0, (windows - 1) * window.stride + reachOf(window) - length);
    const less = Math.floor(missing / 2);
    return auto === 'SAME_UPPER'
      ? { ...window, before: less, after: missing - less }
      : { ...window, before: missing - less, after: less };
  };
  return ([height, width]) => [along(0, height), along(1, width)];
}

/** How far beyond the padding the last window hangs over where sizes are rounded up: it must begin within the images or before them. */
export function overhang(window: Window, length: number): number {
  const { stride, before, after } = window;
  const space = length + before + after - reachOf(window);
  let windows = Math.ceil(space / stride) + 1;
  if ((windows - 1) * stride >= length + before) windows--;
  return Math.max(0, (windows - 1) * stride - space);
}

/** Images [B,H,W,C] with more rows and columns. */
export function padImages(
  images: tf.Tensor4D,
  [[top, bottom], [left, right]]: readonly (readonly [number, number])[],
  value = 0,
): tf.Tensor4D {
  if (top + bottom + left + right === 0) return images;
  return tf.pad(images, [[0, 0], [top, bottom], [left, right], [0, 0]], value); // biome-ignore format: one line
}

/** Images as ONNX has them, [B,C,H,W], and as TensorFlow.js computes with them, [B,H,W,C]. With libtorch both are views of one memory. */
export const toChannelsLast = (x: tf.Tensor): tf.Tensor4D => {
  if (x.rank !== 4) throw new RangeError(`expected images of shape [B,C,H,W], got [${x.shape}]`);
  return tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]);
};
export const toChannelsFirst = (x: tf.Tensor4D): tf.Tensor4D => tf.transpose(x, [0, 3, 1, 2]);
