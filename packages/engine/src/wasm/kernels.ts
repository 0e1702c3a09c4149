// What TFJS's wasm backend lacks and training needs, and what it has in a slow form: the gradients of convolution, written
// as convolutions, which XNNPACK computes fast.

import { tf } from '../tf.js';

const { computeConv2DInfo, convertConv2DDataFormat } = tf.backend_util;

type Attributes<T> = Omit<T, 'dilations'> & Pick<tf.Conv2DAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'>;

function infoOf(
  inputShape: number[],
  filterShape: number[],
  { strides, pad, dataFormat, dimRoundingMode }: Attributes<object>,
): tf.backend_util.Conv2DInfo {
  const format = convertConv2DDataFormat(dataFormat);
  if (format !== 'channelsLast')
    throw new Error(`conv2d gradient: dataFormat ${dataFormat} is not supported, only NHWC`);
  type Shape = [number, number, number, number];
  return computeConv2DInfo(inputShape as Shape, filterShape as Shape, strides, 1, pad, dimRoundingMode, false, format);
}

/**
 * dW[i, j, c, o] = sum over n, p, q of x[n, i + s p, j + s q, c] dy[n, p, q, o]: a convolution of x, seen as a batch of
 * input channels with the images as channels, by dy, seen as a filter with taps s apart.
 */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attributes: tf.Conv2DBackpropFilterAttrs): tf.Tensor {
  const { padInfo, strideHeight, strideWidth, filterHeight, filterWidth } = infoOf(
    x.shape,
    attributes.filterShape,
    attributes,
  );
  const padded = tf.pad(x, [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ]);
  const taps = tf.transpose(dy, [1, 2, 0, 3]);
  const gradient = tf.conv2d(tf.transpose(padded, [3, 1, 2, 0]), taps, 1, 'valid', 'NHWC', [strideHeight, strideWidth]);
  // Where the stride leaves rows or columns of x unused there are more positions than the filter has taps.
  const used = tf.slice(gradient, [0, 0, 0, 0], [gradient.shape[0], filterHeight, filterWidth, gradient.shape[3]]);
  return tf.transpose(used, [1, 2, 0, 3]);
}

/**
 * With stride 1, dx is dy, padded by the filter's size less what x was padded by and one, convolved with the filter
 * turned by half a circle and with its input and output channels exchanged.
 */
function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: tf.backend_util.Conv2DInfo): tf.Tensor {
  const { padInfo, filterHeight, filterWidth } = info;
  const padded = tf.pad(dy, [
    [0, 0],
    [filterHeight - 1 - padInfo.top, filterHeight - 1 - padInfo.bottom],
    [filterWidth - 1 - padInfo.left, filterWidth - 1 - padInfo.right],
    [0, 0],
  ]);
  return tf.conv2d(padded, tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]), 1, 'valid');
}

/** Registers them for the backend called `wasm`. Idempotent. */
export function registerWasmKernels(): void {
  if (tf.getKernel('Conv2DBackpropFilter', 'wasm')) return;
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() =>
        filterGradient(
          inputs.x as tf.Tensor4D,
          inputs.dy as tf.Tensor4D,
          attrs as unknown as tf.Conv2DBackpropFilterAttrs,
        ),
      ),
  });

  const general = tf.getKernel('Conv2DBackpropInput', 'wasm');
  tf.unregisterKernel('Conv2DBackpropInput', 'wasm');
  tf.registerKernel({
    ...general,
    kernelFunc: (call) => {
      const attributes = call.attrs as unknown as tf.Conv2DBackpropInputAttrs;
      const [dy, filter] = [call.inputs.dy as tf.Tensor4D, call.inputs.filter as tf.Tensor4D];
      const info = infoOf(attributes.inputShape, filter.shape, attributes);
      const fits = info.padInfo.top < info.filterHeight && info.padInfo.left < info.filterWidth;
      if (info.strideHeight !== 1 || info.strideWidth !== 1 || !fits) return general.kernelFunc(call);
      return tf.tidy(() => inputGradient(dy, filter, info));
    },
  });
}
