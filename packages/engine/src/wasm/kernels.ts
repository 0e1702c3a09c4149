// What TFJS's wasm backend lacks and training needs, composed of kernels that it has.

import { tf } from '../tf.js';

const { computeConv2DInfo, convertConv2DDataFormat } = tf.backend_util;

/**
 * dW[i, j] = sum over batch and positions of x[i + stride * p, j + stride * q]^T dy[p, q]: one matrix product for every
 * tap of the filter.
 */
function conv2dFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attributes: tf.Conv2DBackpropFilterAttrs): tf.Tensor {
  const { filterShape, strides, pad, dimRoundingMode, dataFormat } = attributes;
  const format = convertConv2DDataFormat(dataFormat);
  if (format !== 'channelsLast')
    throw new Error(`Conv2DBackpropFilter: dataFormat ${dataFormat} is not supported, only NHWC`);
  const info = computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode, false, format);
  const { outHeight, outWidth, strideHeight, strideWidth, inChannels, outChannels, padInfo } = info;
  const padded = tf.pad(x, [
    [0, 0],
    [padInfo.top, padInfo.bottom + strideHeight - 1],
    [padInfo.left, padInfo.right + strideWidth - 1],
    [0, 0],
  ]);
  const positions = dy.reshape<tf.Tensor2D>([-1, outChannels]);
  const taps: tf.Tensor[] = [];
  for (let row = 0; row < filterShape[0]; row++) {
    for (let column = 0; column < filterShape[1]; column++) {
      const window = tf.stridedSlice(
        padded,
        [0, row, column, 0],
        [info.batchSize, row + outHeight * strideHeight, column + outWidth * strideWidth, inChannels],
        [1, strideHeight, strideWidth, 1],
      );
      taps.push(tf.matMul(window.reshape<tf.Tensor2D>([-1, inChannels]), positions, true, false));
    }
  }
  return tf.stack(taps).reshape(filterShape);
}

/** Registers them for the backend called `wasm`. Idempotent. */
export function registerWasmKernels(): void {
  if (tf.getKernel('Conv2DBackpropFilter', 'wasm')) return;
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() =>
        conv2dFilterGradient(
          inputs.x as unknown as tf.Tensor4D,
          inputs.dy as unknown as tf.Tensor4D,
          attrs as unknown as tf.Conv2DBackpropFilterAttrs,
        ),
      ),
  });
}
