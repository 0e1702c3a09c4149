import { tf } from '@sandwich/engine';
import { randomUniform } from './random.js';

/**
 * How kernels begin, uniform within +-limit, with fanIn = size^2 inputChannels and fanOut = size^2 outputChannels.
 *
 * 'glorot': limit sqrt(6 / (fanIn + fanOut)), as Keras makes them (Glorot and Bengio, 2010).
 * 'he': limit sqrt(6 / fanIn), which keeps the variance through ReLUs, where Glorot's halves it at every layer (He et al.,
 * 2015).
 */
export type Initializer = 'glorot' | 'he';

/** Initial kernel [size, size, inputChannels, outputChannels]. */
export function initialKernel(
  initializer: Initializer | 'zeros',
  size: number,
  inputChannels: number,
  outputChannels: number,
  seed: number,
): Float32Array {
  if (!['glorot', 'he', 'zeros'].includes(initializer)) {
    throw new RangeError(`kernels begin as 'glorot', 'he' or, of an output, 'zeros'; got '${initializer}'`);
  }
  if (initializer === 'zeros') return new Float32Array(size * size * inputChannels * outputChannels);
  const fans = size * size * (initializer === 'he' ? inputChannels : inputChannels + outputChannels);
  const limit = Math.sqrt(6 / fans);
  return randomUniform(size * size * inputChannels * outputChannels, -limit, limit, seed);
}

/** A square convolution with stride 1, 'same' padding and a bias, which begins as zero. */
export class Convolution {
  readonly kernel: tf.Variable<tf.Rank.R4>;
  readonly bias: tf.Variable<tf.Rank.R1>;

  constructor(size: number, inputChannels: number, outputChannels: number, kernel: Float32Array) {
    [this.kernel, this.bias] = tf.tidy(() => [
      tf.variable(tf.tensor4d(kernel, [size, size, inputChannels, outputChannels])),
      tf.variable(tf.zeros<tf.Rank.R1>([outputChannels])),
    ]);
  }

  /** [B,H,W,inputChannels] -> [B,H,W,outputChannels]. */
  apply(x: tf.Tensor4D, activation: 'linear' | 'relu' = 'linear'): tf.Tensor4D {
    return tf.fused.conv2d({ x, filter: this.kernel, strides: 1, pad: 'same', bias: this.bias, activation });
  }
}
