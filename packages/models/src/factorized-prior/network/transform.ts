import { type Parameters, tf } from '@sandwich/engine';
import { deriveSeed, initialKernel } from '@sandwich/unets';
import { throughLayers } from '../../networks/through-layers.js';
import { type GdnParameters, gdn, initialGdn } from './gdn.js';
import { KERNEL, type Layer, PADDING } from './layers.js';

/** A list of layers with their parameters. */
export class Transform {
  /**
   * By path, with the names of CompressAI. Kernels, `0/weight`, are [row, column, inputs, outputs], and where they are transposed [row, column, outputs, inputs]:
   * CompressAI's with their axes in the opposite order. `0/bias`, `1/beta` and `1/gamma` are as there.
   */
  readonly parameters: Parameters = {};

  /** Kernels begin Glorot-uniform, biases as zeros. */
  constructor(
    readonly layers: readonly Layer[],
    seed: number,
  ) {
    tf.tidy(() => {
      for (const layer of layers) {
        for (const [part, value] of Object.entries(initialValues(layer, seed)))
          this.parameters[`${layer.name}/${part}`] = tf.variable(value);
      }
    });
  }

  /** Runs the layers, [B, H, W, C] to [B, H', W', C']. */
  apply(x: tf.Tensor4D): tf.Tensor4D {
    return throughLayers(this.layers, x, (layer, input) => this.#layer(layer, input));
  }

  /** Stored parameters of a normalisation. */
  normalization(name: string): GdnParameters<tf.Variable> {
    return { beta: this.parameters[`${name}/beta`], gamma: this.parameters[`${name}/gamma`] };
  }

  /** Frees the parameters. */
  dispose(): void {
    tf.dispose(this.parameters);
  }

  #layer(layer: Layer, x: tf.Tensor4D): tf.Tensor4D {
    if (layer.kind === 'gdn') return gdn(x, this.normalization(layer.name), layer.direction);
    const weight = this.parameters[`${layer.name}/weight`] as unknown as tf.Tensor4D;
    const bias = this.parameters[`${layer.name}/bias`] as unknown as tf.Tensor1D;
    if (layer.kind === 'down') return tf.add(tf.conv2d(x, weight, 2, PADDING), bias);
    const [batch, height, width] = x.shape;
    const shape: [number, number, number, number] = [batch, 2 * height, 2 * width, layer.outputs];
    return tf.add(tf.conv2dTranspose(x, weight, shape, 2, PADDING), bias);
  }
}

function initialValues(layer: Layer, seed: number): Record<string, tf.Tensor> {
  if (layer.kind === 'gdn') return { ...initialGdn(layer.channels) };
  const { kind, name, inputs, outputs } = layer;
  const channels: [number, number] = kind === 'down' ? [inputs, outputs] : [outputs, inputs];
  const kernel = initialKernel('glorot', KERNEL, ...channels, deriveSeed(seed, name));
  return { weight: tf.tensor4d(kernel, [KERNEL, KERNEL, ...channels]), bias: tf.zeros([outputs]) };
}
