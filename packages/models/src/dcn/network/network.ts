import { type Parameters, tf } from '@sandwich/engine';
import { deriveSeed, initialKernel } from '@sandwich/unets';
import { throughLayers } from '../../networks/through-layers.js';
import { type ConvolutionLayer, convolutionsOf, type Layer, LEAKY_SLOPE } from './layers.js';

/** A network that is a list of layers. */
export class Network {
  /** By path, such as `residual1/conv2/kernel` [size, size, inputs, outputs] and `.../bias`. */
  readonly parameters: Parameters = {};

  /** Kernels begin Glorot-uniform, biases as zeros. */
  constructor(
    readonly layers: readonly Layer[],
    seed: number,
  ) {
    for (const { name, size, inputs, outputs } of layers.flatMap(convolutionsOf)) {
      const kernel = initialKernel('glorot', size, inputs, outputs, deriveSeed(seed, name));
      tf.tidy(() => {
        this.parameters[`${name}/kernel`] = tf.variable(tf.tensor4d(kernel, [size, size, inputs, outputs]));
        this.parameters[`${name}/bias`] = tf.variable(tf.zeros([outputs]));
      });
    }
  }

  /** Runs the layers, [B, H, W, C] to [B, H', W', C']. */
  apply(x: tf.Tensor4D): tf.Tensor4D {
    return throughLayers(this.layers, x, (layer, input) => this.#layer(layer, input));
  }

  /** Frees the weights. */
  dispose(): void {
    tf.dispose(this.parameters);
  }

  #layer(layer: Layer, x: tf.Tensor4D): tf.Tensor4D {
    if (layer.kind === 'convolution') return this.#convolve(layer, x);
    if (layer.kind === 'depth-to-space') return tf.depthToSpace(x, 2);
    const [first, second] = convolutionsOf(layer);
    const begin = layer.activateFirst ? tf.leakyRelu<tf.Tensor4D>(x, LEAKY_SLOPE) : x;
    const inner = tf.tidy(() => this.#convolve(second, this.#convolve(first, begin)));
    return tf.add(x, inner);
  }

  #convolve({ name, stride, leaky }: ConvolutionLayer, x: tf.Tensor4D): tf.Tensor4D {
    return tf.fused.conv2d({
      x,
      filter: this.parameters[`${name}/kernel`] as unknown as tf.Tensor4D,
      bias: this.parameters[`${name}/bias`] as unknown as tf.Tensor1D,
      strides: stride,
      pad: 'same',
      activation: leaky ? 'leakyrelu' : 'linear',
      leakyreluAlpha: LEAKY_SLOPE,
    });
  }
}
