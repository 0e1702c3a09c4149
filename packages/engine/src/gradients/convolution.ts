// Gradients of convolutions. TFJS refuses dilations; libtorch's kernels take them as a further attribute, for other
// engines the gradients are composed of convolutions.

import { tf } from '../tf.js';
import {
  type ConvolutionAttributes,
  conv2dFilterGradient,
  conv2dInputGradient,
  depthwiseFilterGradient,
  depthwiseInputGradient,
} from './composed-convolution.js';
import { type GradientTable, gradient, pair, runKernel } from './gradient.js';

const isDilated = ({ dilations }: ConvolutionAttributes) => pair(dilations ?? 1).some((dilation) => dilation > 1);

/** Whether the engine's kernels for these gradients can take dilations. */
const mustCompose = (attributes: ConvolutionAttributes) => isDilated(attributes) && tf.getBackend() !== 'torch';

interface Gradients {
  x(): tf.Tensor;
  filter(): tf.Tensor;
}

export function conv2dGradients(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  attributes: ConvolutionAttributes,
): Gradients {
  const compose = mustCompose(attributes);
  return {
    x: () =>
      compose
        ? conv2dInputGradient(x.shape, dy, filter, attributes)
        : runKernel('Conv2DBackpropInput', { dy, filter }, { ...attributes, inputShape: x.shape }),
    filter: () =>
      compose
        ? conv2dFilterGradient(x, dy, filter.shape, attributes)
        : runKernel('Conv2DBackpropFilter', { x, dy }, { ...attributes, filterShape: filter.shape }),
  };
}

export function depthwiseGradients(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  attributes: ConvolutionAttributes,
): Gradients {
  const compose = mustCompose(attributes);
  const dilations = pair(attributes.dilations ?? 1);
  return {
    x: () =>
      compose
        ? depthwiseInputGradient(x.shape, dy, filter, attributes)
        : runKernel(
            'DepthwiseConv2dNativeBackpropInput',
            { dy, filter },
            { ...attributes, dilations, inputShape: x.shape },
          ),
    filter: () =>
      compose
        ? depthwiseFilterGradient(x, dy, filter.shape, attributes)
        : runKernel(
            'DepthwiseConv2dNativeBackpropFilter',
            { x, dy },
            { ...attributes, dilations, filterShape: filter.shape },
          ),
  };
}

type Images = [tf.Tensor4D, tf.Tensor4D];
const NO_DILATION = 'wrong: refuses dilations, ignores dimRoundingMode';
const SECOND = 'missing: second derivative';

const conv2d = (x: tf.Tensor4D, filter: tf.Tensor4D, a: ConvolutionAttributes) =>
  tf.conv2d(x, filter, a.strides, a.pad, a.dataFormat, a.dilations ?? 1, a.dimRoundingMode);
const depthwise = (x: tf.Tensor4D, filter: tf.Tensor4D, a: ConvolutionAttributes) =>
  tf.depthwiseConv2d(x, filter, a.strides, a.pad, a.dataFormat, a.dilations ?? 1, a.dimRoundingMode);

/**
 * A convolution is linear in x and in the filter, and so is each of its gradients in what it is computed from: the
 * gradients of gradients are convolutions and gradients again.
 */
const family = (
  [forward, toInput, toFilter]: [string, string, string],
  convolve: typeof conv2d,
  gradientsOf: typeof conv2dGradients,
  whyToInput: string,
): GradientTable => ({
  [forward]: gradient<ConvolutionAttributes, tf.Tensor4D>({
    why: NO_DILATION,
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, saved, attributes) => ({ ...gradientsOf(dy, ...(saved as Images), attributes) }),
  }),
  [toInput]: gradient<ConvolutionAttributes, tf.Tensor4D>({
    why: whyToInput,
    inputsToSave: ['dy', 'filter'],
    gradFunc: (ddx, saved, attributes) => {
      const [dy, filter] = saved as Images;
      return {
        dy: () => convolve(ddx, filter, attributes),
        filter: () => gradientsOf(dy, ddx, filter, attributes).filter(),
      };
    },
  }),
  [toFilter]: gradient<ConvolutionAttributes, tf.Tensor4D>({
    why: SECOND,
    inputsToSave: ['x', 'dy'],
    gradFunc: (ddw, saved, attributes) => {
      const [x, dy] = saved as Images;
      return {
        x: () => gradientsOf(dy, x, ddw, attributes).x(),
        dy: () => convolve(x, ddw, attributes),
      };
    },
  }),
});

export const convolution: GradientTable = {
  ...family(['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'], conv2d, conv2dGradients, NO_DILATION),
  ...family(
    ['DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'],
    depthwise,
    depthwiseGradients,
    SECOND,
  ),

  // The transposed convolution.
  Conv3DBackpropInputV2: gradient<tf.Conv3DBackpropInputV2Attrs>({
    why: 'missing',
    inputsToSave: ['dy', 'filter'],
    gradFunc: (ddx, [dy, filter], { strides, pad }) => ({
      dy: () => tf.conv3d(ddx as tf.Tensor5D, filter as tf.Tensor5D, strides, pad as 'same'),
      filter: () => runKernel('Conv3DBackpropFilterV2', { x: ddx, dy }, { strides, pad, filterShape: filter.shape }),
    }),
  }),
  Conv3DBackpropFilterV2: gradient<tf.Conv3DBackpropFilterV2Attrs>({
    why: SECOND,
    inputsToSave: ['x', 'dy'],
    gradFunc: (ddw, [x, dy], { strides, pad }) => ({
      x: () => runKernel('Conv3DBackpropInputV2', { dy, filter: ddw }, { strides, pad, inputShape: x.shape }),
      dy: () => tf.conv3d(x as tf.Tensor5D, ddw as tf.Tensor5D, strides, pad as 'same'),
    }),
  }),
};
