import type { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';

export type Shape4 = [number, number, number, number];
export type Shape5 = [number, number, number, number, number];

type Info = tf.backend_util.Conv2DInfo | tf.backend_util.Conv3DInfo;

/** A window that slides over images, as convolutions and poolings share it: one entry per spatial axis. */
export interface Window {
  kernel: number[];
  stride: number[];
  dilation: number[];
  padding: number[];
  /** Padding that is not the same on both sides, in ATen's order: last axis first, before and after. Null if there is none. */
  extra: number[] | null;
  /** Size of the images after `extra`. */
  size: number[];
  channelsLast: boolean;
}

/**
 * Splits TensorFlow's padding, which may be larger after than before, into ATen's symmetric one, of at most `most` on each
 * axis, and a rest.
 */
export function windowOf(info: Info, most: number[] = [Infinity, Infinity, Infinity]): Window {
  const { padInfo } = info;
  const volume = 'inDepth' in info;
  const kernel = [info.filterHeight, info.filterWidth];
  const reach = [info.effectiveFilterHeight, info.effectiveFilterWidth];
  const stride = [info.strideHeight, info.strideWidth];
  const dilation = [info.dilationHeight, info.dilationWidth];
  const size = [info.inHeight, info.inWidth];
  const outSize = [info.outHeight, info.outWidth];
  const before = [padInfo.top, padInfo.left];
  const after = [padInfo.bottom, padInfo.right];
  if (volume) {
    kernel.unshift(info.filterDepth);
    reach.unshift(info.effectiveFilterDepth);
    stride.unshift(info.strideDepth);
    dilation.unshift(info.dilationDepth);
    size.unshift(info.inDepth);
    outSize.unshift(info.outDepth);
    before.unshift(info.padInfo.front);
    after.unshift(info.padInfo.back);
  }
  const padding: number[] = [];
  let extra: number[] | null = null;
  for (let axis = 0; axis < size.length; axis++) {
    // With an output size that was rounded up, the last window ends behind the padding.
    const end = (outSize[axis] - 1) * stride[axis] + reach[axis] - size[axis] - before[axis];
    const behind = Math.max(after[axis], end);
    padding[axis] = Math.min(before[axis], behind, most[axis]);
    if (before[axis] === padding[axis] && behind === padding[axis]) continue;
    extra ??= new Array(2 * size.length).fill(0);
    const place = 2 * (size.length - 1 - axis);
    extra[place] = before[axis] - padding[axis];
    extra[place + 1] = behind - padding[axis];
    size[axis] += extra[place] + extra[place + 1];
  }
  return { kernel, stride, dilation, padding, extra, size, channelsLast: info.dataFormat === 'channelsLast' };
}

// TFJS images are NHWC: seen as NCHW they are torch's channels-last layout, which oneDNN and cuDNN run without a copy.
const FIRST = { 4: [0, 3, 1, 2], 5: [0, 4, 1, 2, 3] };
const LAST = { 4: [0, 2, 3, 1], 5: [0, 2, 3, 4, 1] };

/** Images as ATen sees them, channels before the spatial axes. */
export const toChannelsFirst = (backend: TorchBackend, handle: Handle, { size, channelsLast }: Window): Handle =>
  channelsLast ? backend.call('permute', handle, FIRST[(size.length + 2) as 4 | 5]) : handle;

/** Images as TFJS sees them. */
export const fromChannelsFirst = (backend: TorchBackend, handle: Handle, { size, channelsLast }: Window): Handle =>
  channelsLast ? backend.call('permute', handle, LAST[(size.length + 2) as 4 | 5]) : handle;

/** Adds the padding that ATen's operators do not. */
export const padExtra = (backend: TorchBackend, handle: Handle, { extra }: Window, value = 0): Handle =>
  extra ? backend.call('constant_pad_nd', handle, extra, value) : handle;

/** Takes it off again. */
export const cropExtra = (backend: TorchBackend, handle: Handle, { extra }: Window): Handle =>
  extra
    ? backend.call(
        'constant_pad_nd',
        handle,
        extra.map((amount) => -amount),
      )
    : handle;
