import { tf } from '@sandwich/engine';

/** A 3x3 convolution without bias and the batch normalisation behind it, by their names in PyTorch. */
export interface ResNetConvolution {
  name: string;
  norm: string;
  inputs: number;
  outputs: number;
  stride: 1 | 2;
}

/** Two convolutions, around which the input is added. */
interface Block {
  first: ResNetConvolution;
  second: ResNetConvolution;
}

/** A residual network for pictures of 32x32, such as those of CIFAR. */
export interface ResNet {
  stem: ResNetConvolution;
  blocks: Block[];
  /** Channels that the last layer sees. */
  features: number;
}

/** Channels of the three stages. */
const WIDTHS = [16, 32, 64];

const convolution = (
  prefix: string,
  number: 1 | 2,
  inputs: number,
  outputs: number,
  stride: 1 | 2 = 1,
): ResNetConvolution => ({
  name: `${prefix}conv${number}`,
  norm: `${prefix}bn${number}`,
  inputs,
  outputs,
  stride,
});

/**
 * The residual network of a depth for CIFAR, with shortcuts that have no weights (option A).
 *
 * Source: K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", 2015, section 4.2.
 *
 * @param depth 6n + 2: layers with weights, such as 20, 32, 44 or 56
 * @throws RangeError for another depth
 */
export function resnet(depth: number): ResNet {
  const perStage = (depth - 2) / 6;
  if (!Number.isInteger(perStage) || perStage < 1) {
    throw new RangeError(`resnet: the depth must be 6n + 2, such as 20 or 56, got ${depth}`);
  }
  const blocks = WIDTHS.flatMap((width, stage) =>
    Array.from({ length: perStage }, (_, i) => {
      const prefix = `layer${stage + 1}.${i}.`;
      const narrows = stage > 0 && i === 0;
      return {
        first: convolution(prefix, 1, narrows ? width / 2 : width, width, narrows ? 2 : 1),
        second: convolution(prefix, 2, width, width),
      };
    }),
  );
  return { stem: convolution('', 1, 3, WIDTHS[0]), blocks, features: WIDTHS[2] };
}

/** All convolutions, in order. */
export const convolutionsOf = ({ stem, blocks }: ResNet): ResNetConvolution[] => [
  stem,
  ...blocks.flatMap(({ first, second }) => [first, second]),
];

/** Names and shapes of the tensors in PyTorch, in its order. */
export function resnetShapes(net: ResNet, classes: number): Record<string, number[]> {
  return Object.fromEntries([
    ...convolutionsOf(net).flatMap(({ name, norm, inputs, outputs }) => [
      [`${name}.weight`, [outputs, inputs, 3, 3]],
      ...['weight', 'bias', 'running_mean', 'running_var'].map((key) => [`${norm}.${key}`, [outputs]]),
    ]),
    ['linear.weight', [classes, net.features]],
    ['linear.bias', [classes]],
  ]);
}

/** Every second row and column, with half of the new channels, zeros, before the old ones and half behind them. */
function narrow(x: tf.Tensor4D): tf.Tensor4D {
  const [, , , channels] = x.shape;
  // A pool of one pixel: that has a gradient on every engine, which a slice with strides has not.
  const taken = tf.avgPool(x, 1, 2, 'valid');
  return tf.pad(taken, [
    [0, 0],
    [0, 0],
    [0, 0],
    [channels / 2, channels / 2],
  ]);
}

/**
 * Runs a residual network up to its last layer.
 *
 * @param images normalised, [B,H,W,3]
 * @param convolve a convolution with its batch normalisation, and ReLU if asked
 * @returns [B,features]
 */
export function resnetFeatures(
  { stem, blocks }: ResNet,
  images: tf.Tensor4D,
  convolve: (x: tf.Tensor4D, convolution: ResNetConvolution, activation: 'linear' | 'relu') => tf.Tensor4D,
): tf.Tensor2D {
  let x = convolve(images, stem, 'relu');
  for (const { first, second } of blocks) {
    const residual = convolve(convolve(x, first, 'relu'), second, 'linear');
    x = tf.relu(tf.add<tf.Tensor4D>(residual, first.stride === 1 ? x : narrow(x)));
  }
  return tf.mean(x, [1, 2]);
}
