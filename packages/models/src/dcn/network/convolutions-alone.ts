import { tf } from '@sandwich/engine';
import { convolutionsOf } from './layers.js';
import type { Network } from './network.js';

interface Convolution {
  x: tf.Tensor4D;
  kernel: tf.Tensor4D;
  stride: number;
}

/**
 * The convolutions of a network alone, of inputs of their shapes, without biases, activations, sums and whatever else is between them: what a codec's time is
 * measured against.
 *
 * @param size of the network's input
 */
export class ConvolutionsAlone {
  readonly #convolutions: Convolution[] = [];

  constructor({ layers, parameters }: Network, size: { width: number; height: number }) {
    let { width, height } = size;
    for (const layer of layers) {
      for (const { name, inputs, stride } of convolutionsOf(layer)) {
        const x = tf.randomUniform<tf.Rank.R4>([1, height, width, inputs], -1, 1, 'float32', 1);
        this.#convolutions.push({ x, kernel: parameters[`${name}/kernel`] as unknown as tf.Tensor4D, stride });
        [width, height] = [Math.ceil(width / stride), Math.ceil(height / stride)];
      }
      if (layer.kind === 'depth-to-space') [width, height] = [2 * width, 2 * height];
    }
  }

  /** Computes all of them, one after the other. */
  run(): void {
    for (const [i, { x, kernel, stride }] of this.#convolutions.entries()) {
      const made = tf.conv2d(x, kernel, stride, 'same');
      // A device computes in order: when the last is read all are done.
      if (i === this.#convolutions.length - 1) made.dataSync();
      made.dispose();
    }
  }

  /** Frees the inputs. */
  dispose(): void {
    tf.dispose(this.#convolutions.map(({ x }) => x));
  }
}
