import { tf } from '../tf.js';
import { type GradientTable, gradient, runKernel } from './gradient.js';

type Mode = Pick<tf.ResizeBilinearAttrs, 'alignCorners' | 'halfPixelCenters'>;
type Weights = (inputSize: number, outputSize: number, mode: Mode) => tf.Tensor2D;

/** Row-major [outputSize, inputSize] matrix of a resampling; `taps` gives an output's inputs with their weights. */
function matrix(inputSize: number, outputSize: number, taps: (output: number) => [number, number][]): tf.Tensor2D {
  const values = new Float32Array(outputSize * inputSize);
  for (let output = 0; output < outputSize; output++)
    for (const [input, weight] of taps(output)) values[output * inputSize + input] += weight;
  return tf.tensor2d(values, [outputSize, inputSize]);
}

const scaleOf = (inputSize: number, outputSize: number, { alignCorners }: Mode) =>
  alignCorners && outputSize > 1 ? (inputSize - 1) / (outputSize - 1) : inputSize / outputSize;

/**
 * Output o reads position p = (o + 0.5) * input / output - 0.5 with half-pixel centres, p = o * (input - 1) / (output - 1)
 * with aligned corners, else p = o * input / output, clamped to the image, and weighs its two neighbours by distance.
 */
const bilinear: Weights = (inputSize, outputSize, mode) =>
  matrix(inputSize, outputSize, (output) => {
    const scale = scaleOf(inputSize, outputSize, mode);
    const centre = mode.halfPixelCenters ? (output + 0.5) * scale - 0.5 : output * scale;
    const position = Math.min(Math.max(centre, 0), inputSize - 1);
    const low = Math.floor(position);
    return [
      [low, 1 - (position - low)],
      [Math.min(low + 1, inputSize - 1), position - low],
    ];
  });

/** Output o copies the input that its centre lies in, or the nearest one where corners are aligned. */
const nearest: Weights = (inputSize, outputSize, mode) =>
  matrix(inputSize, outputSize, (output) => {
    // In single precision, as the kernels compute it.
    const position = Math.fround(
      (output + (mode.halfPixelCenters ? 0.5 : 0)) * Math.fround(scaleOf(inputSize, outputSize, mode)),
    );
    const input = mode.alignCorners ? Math.round(position) : Math.floor(position);
    return [[Math.min(input, inputSize - 1), 1]];
  });

/** A resampling is y = Rh x Rw^T per channel, so dx = Rh^T dy Rw. */
function transposed(dy: tf.Tensor, inputShape: number[], weights: Weights, mode: Mode): tf.Tensor {
  const [batch, height, width, channels] = inputShape;
  const [outputHeight, outputWidth] = dy.shape.slice(1, 3);
  const rows = weights(height, outputHeight, mode);
  const columns = weights(width, outputWidth, mode);
  const lines = tf.reshape(dy, [batch, outputHeight, outputWidth * channels]);
  const byRows = tf.matMul(tf.expandDims(rows, 0), lines, true);
  const byColumns = tf.matMul(
    tf.expandDims(columns, 0),
    tf.reshape(byRows, [batch * height, outputWidth, channels]),
    true,
  );
  return tf.reshape(byColumns, inputShape);
}

export const resize: GradientTable = {
  ResizeBilinear: gradient<tf.ResizeBilinearAttrs>({
    why: 'wrong: ignores halfPixelCenters',
    inputsToSave: ['images'],
    gradFunc: (dy, [images], attributes) => ({
      images: () =>
        tf.getBackend() === 'torch'
          ? runKernel('ResizeBilinearGrad', { images, dy }, attributes)
          : transposed(dy, images.shape, bilinear, attributes),
    }),
  }),
  ResizeBilinearGrad: gradient<tf.ResizeBilinearAttrs>({
    why: 'missing: second derivative',
    inputsToSave: ['dy'],
    gradFunc: (ddx, [dy], { alignCorners, halfPixelCenters }) => ({
      dy: () =>
        tf.image.resizeBilinear(
          ddx as tf.Tensor4D,
          dy.shape.slice(1, 3) as [number, number],
          alignCorners,
          halfPixelCenters,
        ),
      images: () => tf.zerosLike(ddx),
    }),
  }),

  ResizeNearestNeighbor: gradient<tf.ResizeNearestNeighborAttrs>({
    why: 'wrong: ignores halfPixelCenters, and by a pixel where the sizes have no common factor',
    inputsToSave: ['images'],
    gradFunc: (dy, [images], attributes) => ({ images: () => transposed(dy, images.shape, nearest, attributes) }),
  }),
};
