import type { StoredTensor } from './safetensors.js';
import { tf } from './tf.js';

/** What a frozen convolution is made of. */
export interface FrozenConvolutionOptions {
  /** Weights, OIHW. */
  kernel: StoredTensor;
  /** One value per output channel. */
  bias: StoredTensor;
  stride: number;
  /** Zeros on each side of the images, pixels. */
  padding: number;
}

/** A tensor that stays, as HWIO view of OHWI: libtorch's convolutions of channels-last images read that without a copy. */
function keepChannelsLast(hwio: tf.Tensor4D): tf.Tensor4D {
  const ohwi = tf.transpose(hwio, [3, 0, 1, 2]);
  const contiguous = tf.tensor<tf.Rank.R4>(ohwi.dataSync(), ohwi.shape);
  return tf.keep(tf.transpose(contiguous, [1, 2, 3, 0]));
}

/** A kernel [k,k,I,O], filled up with zeros to a multiple of s, as [n,n,s^2 I,O], where k <= n s. */
function toBlocks(kernel: tf.Tensor4D, s: number): tf.Tensor4D {
  const [size, , inputs, outputs] = kernel.shape;
  const n = Math.ceil(size / s);
  const missing: [number, number] = [0, n * s - size];
  const full = tf.pad(kernel, [missing, missing, [0, 0], [0, 0]]);
  const split = tf.transpose(tf.reshape(full, [n, s, n, s, inputs, outputs]), [0, 2, 1, 3, 4, 5]);
  return tf.reshape(split, [n, n, s * s * inputs, outputs]);
}

/**
 * A convolution with weights that are never trained: images [B,H,W,I] to [B,H',W',O], differentiable to the images alone.
 *
 * @example
 * const convolution = new FrozenConvolution({ kernel, bias, stride: 1, padding: 1 });
 * const features = convolution.apply(images, 'relu');
 * convolution.dispose();
 */
export class FrozenConvolution {
  readonly #stride: number;
  readonly #padding: number;
  /** HWIO. */
  readonly #kernel: tf.Tensor4D;
  readonly #bias: tf.Tensor1D;
  /** Where the stride is more than 1 and the inputs are few: the kernel in blocks of stride x stride, for the gradient, [n,n,stride^2 I,O]. */
  readonly #blocks?: tf.Tensor4D;

  constructor({ kernel, bias, stride, padding }: FrozenConvolutionOptions) {
    this.#stride = stride;
    this.#padding = padding;
    this.#bias = tf.keep(tf.tensor1d(bias.values));
    [this.#kernel, this.#blocks] = tf.tidy(() => {
      const oihw = tf.tensor<tf.Rank.R4>(kernel.values, kernel.shape as tf.Tensor4D['shape']);
      const hwio = tf.transpose(oihw, [2, 3, 1, 0]);
      const inBlocks = stride > 1 && kernel.shape[1] <= 4;
      return [keepChannelsLast(hwio), inBlocks ? keepChannelsLast(toBlocks(hwio, stride)) : undefined] as const;
    });
  }

  /** The convolution, its bias added. @param activation of the sum */
  apply(images: tf.Tensor4D, activation: 'linear' | 'relu' = 'linear'): tf.Tensor4D {
    const convolve = (x: tf.Tensor4D, act: 'linear' | 'relu') =>
      tf.fused.conv2d({
        x,
        filter: this.#kernel,
        strides: this.#stride,
        pad: this.#padding,
        dimRoundingMode: 'floor',
        bias: this.#bias,
        activation: act,
      });
    const blocks = this.#blocks;
    if (!blocks) return convolve(images, activation);
    const { shape } = images;
    const linear = tf.customGrad((x) => ({
      value: convolve(x as tf.Tensor4D, 'linear'),
      gradFunc: (dy: tf.Tensor) => this.#gradientByBlocks(dy as tf.Tensor4D, shape, blocks),
    }))(images) as tf.Tensor4D;
    return activation === 'relu' ? tf.relu(linear) : linear;
  }

  /** Frees the weights. */
  dispose(): void {
    tf.dispose([this.#kernel, this.#bias, ...(this.#blocks ? [this.#blocks] : [])]);
  }

  /**
   * A convolution with stride s is one with stride 1 over images whose blocks of s x s pixels became channels. Its gradient,
   * too: many channels instead of three, which convolutions compute several times as fast.
   */
  #gradientByBlocks(dy: tf.Tensor4D, shape: tf.Tensor4D['shape'], blocks: tf.Tensor4D): tf.Tensor4D {
    const [batch, height, width, channels] = shape;
    const [n, , depth] = blocks.shape;
    const [, rows, columns] = dy.shape;
    const inBlocks = tf.conv2dTranspose(dy, blocks, [batch, rows + n - 1, columns + n - 1, depth], 1, 'valid');
    const padded = tf.depthToSpace(inBlocks, this.#stride, 'NHWC');
    // Pixels that no window reaches, at the bottom and on the right, have no gradient.
    const padding = this.#padding;
    const reached = [padded.shape[1] - padding, padded.shape[2] - padding];
    const [h, w] = [Math.min(height, reached[0]), Math.min(width, reached[1])];
    const inside = tf.slice(padded, [0, padding, padding, 0], [batch, h, w, channels]);
    return h === height && w === width
      ? inside
      : tf.pad(inside, [
          [0, 0],
          [0, height - h],
          [0, width - w],
          [0, 0],
        ]);
  }
}
