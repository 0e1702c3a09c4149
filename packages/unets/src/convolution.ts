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

/** How a condition scales and shifts the channels that a convolution makes; see `Convolution`. */
export interface Modulation {
  scale: tf.Variable<tf.Rank.R1>;
  shift: tf.Variable<tf.Rank.R1>;
}

/**
 * A square convolution with stride 1, 'same' padding and a bias, which begins as zero.
 *
 * Where it is conditioned, a number c scales and shifts each channel k before the activation: y_k (1 + c scale_k) + c shift_k. Both begin as
 * zero, the identity (FiLM, Perez et al., 2018, linear in c).
 */
export class Convolution {
  readonly kernel: tf.Variable<tf.Rank.R4>;
  readonly bias: tf.Variable<tf.Rank.R1>;
  readonly modulation?: Modulation;

  constructor(size: number, inputChannels: number, outputChannels: number, kernel: Float32Array, conditioned = false) {
    const zeros = () => tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([outputChannels])));
    this.kernel = tf.tidy(() => tf.variable(tf.tensor4d(kernel, [size, size, inputChannels, outputChannels])));
    this.bias = zeros();
    if (conditioned) this.modulation = { scale: zeros(), shift: zeros() };
  }

  /**
   * [B,H,W,inputChannels] -> [B,H,W,outputChannels].
   *
   * @param condition where it is conditioned
   */
  apply(x: tf.Tensor4D, activation: 'linear' | 'relu' = 'linear', condition?: tf.Scalar): tf.Tensor4D {
    return tf.tidy(() => {
      const [filter, bias] = this.modulated(condition);
      return tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation });
    });
  }

  /** Kernel and bias that scale and shift as the condition asks: cheaper than to do that to what they make. */
  private modulated(condition?: tf.Scalar): [tf.Tensor4D, tf.Tensor1D] {
    const { kernel, bias, modulation } = this;
    if (!modulation || !condition) return [kernel, bias];
    const gain = tf.add(tf.mul<tf.Tensor1D>(modulation.scale, condition), 1);
    return [tf.mul(kernel, gain), tf.add(tf.mul<tf.Tensor1D>(bias, gain), tf.mul(modulation.shift, condition))];
  }
}
