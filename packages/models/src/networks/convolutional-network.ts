import { type Parameters, tf } from '@sandwich/engine';
import { deriveSeed, initialKernel } from '@sandwich/unets';
import { type Activation, LEAKY_SLOPE, layersOf, type NetworkDescription } from './operations.js';

/** Added to variances: the default of Keras. */
export const BATCH_NORM_EPSILON = 1e-3;
/** Share of the kept statistics that a batch leaves as it is: the default of Keras. */
const BATCH_NORM_MOMENTUM = 0.99;

const activate = (x: tf.Tensor4D, name: Activation): tf.Tensor4D => {
  if (name === 'relu') return tf.relu(x);
  return name === 'sigmoid' ? tf.sigmoid(x) : tf.leakyRelu(x, LEAKY_SLOPE);
};

/** A network with weights, which runs as its description says. Kernels begin Glorot-uniform and biases as zeros, as in Keras. */
export class ConvolutionalNetwork {
  /** `<layer>/kernel` [size, size, inputs, outputs] and `<layer>/bias`; of batch normalisations `<layer>/gamma` and `<layer>/beta`. */
  readonly parameters: Parameters = {};
  /** Statistics of batch normalisations, `<layer>/mean` and `<layer>/variance`, which are not trained. */
  readonly state: Parameters = {};

  constructor(
    readonly description: NetworkDescription,
    seed: number,
  ) {
    const { convolutions, batchNorms } = layersOf(description);
    tf.tidy(() => {
      for (const { name, size, inputs, outputs } of convolutions) {
        const kernel = initialKernel('glorot', size, inputs, outputs, deriveSeed(seed, name));
        this.parameters[`${name}/kernel`] = tf.variable(tf.tensor4d(kernel, [size, size, inputs, outputs]));
        this.parameters[`${name}/bias`] = tf.variable(tf.zeros([outputs]));
      }
      for (const { name, channels } of batchNorms) {
        this.parameters[`${name}/gamma`] = tf.variable(tf.ones([channels]));
        this.parameters[`${name}/beta`] = tf.variable(tf.zeros([channels]));
        this.state[`${name}/mean`] = tf.variable(tf.zeros([channels]), false);
        this.state[`${name}/variance`] = tf.variable(tf.ones([channels]), false);
      }
    });
  }

  /**
   * Runs the network.
   *
   * @param x [B, H, W, channels]
   * @param batchStatistics whether batch normalisations take the statistics of the batch, and move those that are kept; default those that are kept
   */
  apply(x: tf.Tensor4D, batchStatistics = false): tf.Tensor4D {
    return tf.tidy(() =>
      this.description<tf.Tensor4D>(
        {
          convolution: (input, { name }) =>
            tf
              .conv2d(input, this.parameters[`${name}/kernel`] as unknown as tf.Tensor4D, 1, 'same')
              .add<tf.Tensor4D>(this.parameters[`${name}/bias`]),
          batchNorm: (input, { name }) => this.#batchNorm(input, name, batchStatistics),
          activation: activate,
          maxPool: (input) => tf.maxPool(input, 2, 2, 'valid'),
          add: (a, b) => tf.add(a, b),
        },
        x,
      ),
    );
  }

  /** Frees weights and statistics. */
  dispose(): void {
    tf.dispose([this.parameters, this.state]);
  }

  #batchNorm(x: tf.Tensor4D, name: string, batchStatistics: boolean): tf.Tensor4D {
    const [gamma, beta] = ['gamma', 'beta'].map((part) => this.parameters[`${name}/${part}`] as unknown as tf.Tensor1D);
    const [mean, variance] = ['mean', 'variance'].map((part) => this.state[`${name}/${part}`]);
    const kept = [mean, variance] as unknown as tf.Tensor1D[];
    if (!batchStatistics) return tf.batchNorm(x, kept[0], kept[1], beta, gamma, BATCH_NORM_EPSILON);
    const moments = tf.moments(x, [0, 1, 2]) as { mean: tf.Tensor1D; variance: tf.Tensor1D };
    const move = (variable: tf.Variable, batch: tf.Tensor) =>
      variable.assign(variable.mul(BATCH_NORM_MOMENTUM).add(batch.mul(1 - BATCH_NORM_MOMENTUM)));
    move(mean, moments.mean);
    move(variance, moments.variance);
    return tf.batchNorm(x, moments.mean, moments.variance, beta, gamma, BATCH_NORM_EPSILON);
  }
}
