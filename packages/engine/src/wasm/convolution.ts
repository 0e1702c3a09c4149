// XNNPACK computes convolutions fast, so their gradients are written as convolutions.

import {
  type ConvolutionAttributes,
  conv2dFilterGradient,
  conv2dInputGradient,
  depthwiseFilterGradient,
  depthwiseInputGradient,
} from '../gradients/composed-convolution.js';
import type { tf } from '../tf.js';
import { composed, type WasmKernelTable } from './kernel.js';

type ToInput = Pick<tf.Conv2DBackpropInputAttrs, 'inputShape'> & ConvolutionAttributes;
type ToFilter = Pick<tf.Conv2DBackpropFilterAttrs, 'filterShape'> & ConvolutionAttributes;

export const convolution: WasmKernelTable = {
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
