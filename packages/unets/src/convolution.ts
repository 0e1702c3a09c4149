import { tf } from '@sandwich/engine';
import { randomUniform } from './random.js';

/**
 * Initial kernel [size, size, inputChannels, outputChannels] as Keras makes it: uniform within +-sqrt(6 / (fanIn + fanOut)),
 * fanIn = size^2 inputChannels, fanOut = size^2 outputChannels (Glorot and Bengio, 2010).
 */
export function glorotUniform(size: number, inputChannels: number, outputChannels: number, seed: number): Float32Array {
  const limit = Math.sqrt(6 / (size * size * (inputChannels + outputChannels)));
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
