// Gradients that TFJS has wrong or slow. They are registered once, for every engine: where an engine has a kernel for one
// it is used, elsewhere the gradient is composed of TFJS ops.

import { tf } from './tf.js';

const hasKernel = (name: string): boolean => tf.getKernel(name, tf.getBackend()) != null;

const runKernel = (name: string, inputs: tf.NamedTensorMap, attributes: object = {}): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;

function override(config: tf.GradConfig): void {
  tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}

/**
 * Row-major [outputSize, inputSize] matrix of bilinear resampling on half-pixel centres or aligned corners:
 * output o reads position p = (o + 0.5) * input / output - 0.5, or p = o * (input - 1) / (output - 1), clamped to the
 * image, and weighs its two neighbours by distance. The gradient of a linear map is its transpose.
 */
function bilinearMatrix(
  inputSize: number,
  outputSize: number,
  { alignCorners, halfPixelCenters }: tf.ResizeBilinearAttrs,
) {
  const matrix = new Float32Array(outputSize * inputSize);
  const scale = alignCorners && outputSize > 1 ? (inputSize - 1) / (outputSize - 1) : inputSize / outputSize;
  for (let output = 0; output < outputSize; output++) {
    const centre = halfPixelCenters ? (output + 0.5) * scale - 0.5 : output * scale;
    const position = Math.min(Math.max(centre, 0), inputSize - 1);
    const low = Math.floor(position);
    const high = Math.min(low + 1, inputSize - 1);
    matrix[output * inputSize + low] += 1 - (position - low);
    matrix[output * inputSize + high] += position - low;
  }
  return tf.tensor2d(matrix, [outputSize, inputSize]);
}

/** dx = Rh^T dy Rw, per channel. */
function resizeBilinearGradient(dy: tf.Tensor4D, inputShape: number[], attributes: tf.ResizeBilinearAttrs): tf.Tensor {
  const [batch, height, width, channels] = inputShape;
  const [outputHeight, outputWidth] = dy.shape.slice(1, 3);
  const rows = bilinearMatrix(height, outputHeight, attributes);
  const columns = bilinearMatrix(width, outputWidth, attributes);
  const byRows = tf.matMul(
    rows.expandDims<tf.Tensor3D>(0),
    dy.reshape<tf.Tensor3D>([batch, outputHeight, outputWidth * channels]),
    true,
  );
  const byColumns = tf.matMul(
    columns.expandDims<tf.Tensor3D>(0),
    byRows.reshape<tf.Tensor3D>([batch * height, outputWidth, channels]),
    true,
  );
  return byColumns.reshape(inputShape);
}

/** Registers the project's gradients. Idempotent. */
export function registerGradients(): void {
  // TFJS has -1 at zero, which pulls a perfect L1 fit away.
  override({
    kernelName: 'Abs',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => tf.mul(dy as tf.Tensor, tf.sign(x)) }),
  });

  // TFJS takes three kernels for this one and keeps the input alive for it.
  override({
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      x: () =>
        hasKernel('ReluGrad') ? runKernel('ReluGrad', { dy: dy as tf.Tensor, y }) : tf.mul(dy as tf.Tensor, y.step()),
    }),
  });

  // TFJS's own kernels ignore halfPixelCenters on the way back.
  override({
    kernelName: 'ResizeBilinear',
    inputsToSave: ['images'],
    gradFunc: (dy, [images], attributes) => {
      const resize = attributes as unknown as tf.ResizeBilinearAttrs;
      return {
        images: () =>
          tf.getBackend() === 'torch'
            ? runKernel('ResizeBilinearGrad', { images, dy: dy as tf.Tensor }, resize)
            : resizeBilinearGradient(dy as tf.Tensor4D, images.shape, resize),
      };
    },
  });
}
