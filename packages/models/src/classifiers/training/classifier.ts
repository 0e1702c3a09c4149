import { Random } from '@sandwich/data';
import { type Parameters, type StoredTensor, tf } from '@sandwich/engine';
import type { System } from '@sandwich/trainer';
import { deriveSeed } from '@sandwich/unets';
import { imagenetNormalization } from '../normalization.js';
import { type ResNet, resnet, resnetFeatures, resnetShapes } from '../resnet.js';
import { batchNorm } from './batch-norm.js';

/** What a classifier is built from. */
export interface ClassifierArchitecture {
  /** Layers with weights, 6n + 2. */
  depth: number;
  /** Names of the classes, in the order of their labels. */
  classes: string[];
  /** Seed of the first weights. */
  seed: number;
}

const isStatistic = (name: string): boolean => name.includes('.running_');

/** First values: kernels within sqrt(6 / inputs) (He et al. 2015), the last layer within 1 / sqrt(features), factors and variances of 1. */
function initialValues(name: string, shape: readonly number[], seed: number): Float32Array {
  const count = shape.reduce((size, n) => size * n, 1);
  if (shape.length > 1) {
    const inputs = count / shape[0];
    const bound = name.startsWith('linear.') ? 1 / Math.sqrt(inputs) : Math.sqrt(6 / inputs);
    const random = new Random(deriveSeed(seed, name), [0, 0, 0]);
    return Float32Array.from({ length: count }, () => bound * (2 * random.uniform() - 1));
  }
  const isOne = name.endsWith('.weight') || name.endsWith('.running_var');
  return new Float32Array(count).fill(isOne ? 1 : 0);
}

/**
 * A residual network for CIFAR that is trained. Parameters and statistics have the names and shapes that they have in PyTorch, so that its
 * weights are those that `loadClassifier` reads.
 */
export class Classifier implements System<ClassifierArchitecture> {
  readonly kind = 'classifier';
  readonly parameters: Parameters = {};
  /** Means and variances of the batch normalisations. */
  readonly state: Parameters = {};
  readonly #net: ResNet;

  /** @throws RangeError for another depth than 6n + 2, or fewer than two classes */
  constructor(readonly architecture: ClassifierArchitecture) {
    const { depth, classes, seed } = architecture;
    this.#net = resnet(depth);
    if (classes.length < 2)
      throw new RangeError(`Classifier: there must be two classes or more, got ${classes.length}`);
    for (const [name, shape] of Object.entries(resnetShapes(this.#net, classes.length))) {
      const variable = tf.tidy(() =>
        tf.variable(tf.tensor(initialValues(name, shape, seed), shape), !isStatistic(name)),
      );
      if (isStatistic(name)) this.state[name] = variable;
      else this.parameters[name] = variable;
    }
  }

  /**
   * Scores of all classes, [B,classes], for images [B,H,W,3] in [0, 255].
   *
   * @param isTraining whether images are normalised by the batch, whose statistics are kept; else by those that are
   */
  apply(images: tf.Tensor4D, isTraining: boolean): tf.Tensor2D {
    return tf.tidy(() => {
      const { mean, deviation } = imagenetNormalization;
      const normalised = tf.div<tf.Tensor4D>(tf.sub(images, [...mean]), [...deviation]);
      const features = resnetFeatures(this.#net, normalised, (x, { name, norm, stride }, activation) => {
        const kernel = tf.transpose(this.parameters[`${name}.weight`] as tf.Tensor4D, [2, 3, 1, 0]);
        const variables = {
          weight: this.parameters[`${norm}.weight`],
          bias: this.parameters[`${norm}.bias`],
          mean: this.state[`${norm}.running_mean`],
          variance: this.state[`${norm}.running_var`],
        };
        const normed = batchNorm(tf.conv2d(x, kernel, stride, 1, 'NHWC', 1, 'floor'), variables, isTraining);
        return activation === 'relu' ? tf.relu(normed) : normed;
      });
      const { 'linear.weight': weight, 'linear.bias': bias } = this.parameters;
      return tf.add(tf.matMul(features, weight as tf.Tensor2D, false, true), bias);
    });
  }

  /** Parameters and statistics by their names in PyTorch. */
  tensors(): Record<string, StoredTensor> {
    return Object.fromEntries(
      Object.entries({ ...this.parameters, ...this.state }).map(([name, variable]) => [
        name,
        { shape: [...variable.shape], values: variable.dataSync<'float32'>() },
      ]),
    );
  }

  /** Frees parameters and statistics. */
  dispose(): void {
    tf.dispose([this.parameters, this.state]);
  }
}
