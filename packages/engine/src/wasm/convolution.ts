// XNNPACK computes convolutions fast, so their gradients are written as convolutions.

import { areWindowsInside, paddingOfSparseWindows } from '../calls/windows.js';
import {
  type ConvolutionAttributes,
  conv2dFilterGradient,
  conv2dInputGradient,
  depthwiseFilterGradient,
  depthwiseInputGradient,
} from '../gradients/composed-convolution.js';
import { runOnHost } from '../run-on-host.js';
import type { tf } from '../tf.js';
import { composed, type WasmKernelTable } from './kernel.js';

type ToInput = Pick<tf.Conv2DBackpropInputAttrs, 'inputShape'> & ConvolutionAttributes;
type ToFilter = Pick<tf.Conv2DBackpropFilterAttrs, 'filterShape'> & ConvolutionAttributes;

/**
 * XNNPACK computes sizes of results and the padding of 'same' on its own: from less than nothing where no window fits or
 * where windows leave out pixels, and without rounding up.
 */
export const slid =
  (name: string) =>
  (original: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const seen = { name, inputs: call.inputs, attributes: call.attrs } as never;
    if (call.attrs!.dataFormat !== 'NCHW' && !areWindowsInside(seen)) return runOnHost(name, call as never);
    const pad = call.attrs!.dataFormat === 'NCHW' ? null : paddingOfSparseWindows(seen);
    return original(pad === null ? call : { ...call, attrs: { ...call.attrs, pad } });
  };

const SLID = "wrong: windows that do not fit, and 'same' with strides above the window";

export const convolution: WasmKernelTable = {
  Conv2D: { why: SLID, onHost: 'then', make: slid('Conv2D') },
  DepthwiseConv2dNative: { why: SLID, onHost: 'then', make: slid('DepthwiseConv2dNative') },
  Conv2DBackpropInput: {
    why: 'slow',
    make: () => composed<ToInput>(({ dy, filter }, a) => conv2dInputGradient(a.inputShape, dy, filter, a)),
  },
  Conv2DBackpropFilter: {
    why: 'missing',
    make: () => composed<ToFilter>(({ x, dy }, a) => conv2dFilterGradient(x, dy, a.filterShape, a)),
  },
  DepthwiseConv2dNativeBackpropInput: {
    why: 'missing',
    make: () => composed<ToInput>(({ dy, filter }, a) => depthwiseInputGradient(a.inputShape, dy, filter, a)),
  },
  DepthwiseConv2dNativeBackpropFilter: {
    why: 'missing',
    make: () => composed<ToFilter>(({ x, dy }, a) => depthwiseFilterGradient(x, dy, a.filterShape, a)),
  },
};
