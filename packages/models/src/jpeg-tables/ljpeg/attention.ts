import { type Parameters, tf } from '@sandwich/engine';
import { ConvolutionalNetwork } from '../../networks/convolutional-network.js';
import type { NetworkDescription } from '../../networks/operations.js';
import { allButDc, BLOCK, SIDE } from './published-transform.js';

/** What an attention network sees. */
export interface AttentionInputs {
  /** RGB, [B, H, W, 3], in [0, 255]; sides are multiples of 8. */
  images: tf.Tensor4D;
  /** Coefficients of the images, as `publishedCoefficients` returns them. */
  coefficients: tf.Tensor4D;
  /** Quantiser steps of the coefficients of a block, [192]. */
  steps: tf.Tensor1D;
}

/** The attention networks there are. */
export const attentionNetworks = ['vgg19', 'small'] as const;

/** Name of an attention network. */
export type AttentionName = (typeof attentionNetworks)[number];

const COLOURS = 3;

/** VGG19 up to `block3_pool`, and a 1x1 convolution to a factor for each frequency of luma and of chroma. */
const vgg19: NetworkDescription = (operations, x) => {
  let net = x;
  let inputs = COLOURS;
  for (const [block, [outputs, count]] of [
    [64, 2],
    [128, 2],
    [256, 4],
  ].entries()) {
    for (let i = 1; i <= count; i++) {
      const name = `vgg19/block${block + 1}_conv${i}`;
      net = operations.activation(operations.convolution(net, { name, size: 3, inputs, outputs }), 'relu');
      inputs = outputs;
    }
    net = operations.maxPool(net);
  }
  return operations.activation(
    operations.convolution(net, { name: 'map', size: 1, inputs, outputs: 2 * BLOCK }),
    'sigmoid',
  );
};

const FEATURES = 2 * COLOURS * BLOCK;
const WIDTH = 192;
const AROUND = 64;

/** A network on blocks: what it makes of a block itself, and of the blocks around it. */
const small: NetworkDescription = (operations, x) => {
  const { convolution, activation, add } = operations;
  const outputs = COLOURS * BLOCK;
  const own = activation(convolution(x, { name: 'own', size: 1, inputs: FEATURES, outputs: WIDTH }), 'relu');
  const around = activation(convolution(own, { name: 'around', size: 3, inputs: WIDTH, outputs: AROUND }), 'relu');
  return activation(
    add(
      convolution(own, { name: 'ofOwn', size: 1, inputs: WIDTH, outputs }),
      convolution(around, { name: 'ofAround', size: 1, inputs: AROUND, outputs }),
    ),
    'sigmoid',
  );
};

/**
 * How far networks look beyond the block whose factors they make, pixels: VGG19 by two convolutions of 3x3 at full size, two at half and four at
 * a quarter, the small one by a block.
 */
const REACH: Record<AttentionName, number> = { vgg19: 2 + 2 * 2 + 4 * 4, small: SIDE };

/** Its sigmoid begins at so little: coefficients nearly as they are. */
const INITIAL_SHRINKAGE = 0.05;
/** Magnitudes of levels are told apart up to this one. */
export const LARGEST_TOLD = 8;

/** What the small network sees of levels that are not rounded: their magnitudes, and how far these are from whole numbers. */
function levelFeatures(levels: tf.Tensor4D): tf.Tensor4D {
  const magnitudes = levels.abs<tf.Tensor4D>();
  const told = tf.minimum<tf.Tensor4D>(magnitudes, LARGEST_TOLD).div<tf.Tensor4D>(LARGEST_TOLD / 4);
  return tf.concat([told, magnitudes.sub(tf.round(magnitudes)).mul<tf.Tensor4D>(2)], 3);
}

/**
 * A network that says, for each coefficient of a picture, by which factor of 0 to 1 it is multiplied before it is rounded, so that what people do
 * not see takes no bits.
 *
 * - `vgg19`, as published: VGG19 up to its third pool, which sees the picture, and a factor for each frequency of luma and of chroma.
 * - `small`, our own, of 234,112 parameters: it sees the levels of a block and of its neighbours, and says for each by which share of a
 *   quantiser step it is shrunk, but for those of DC. So large coefficients move by a step at most, and small ones to 0.
 */
export class Attention {
  readonly network: ConvolutionalNetwork;
  readonly parameters: Parameters;
  /** How far it looks beyond the block whose factors it makes, pixels. */
  readonly reach: number;

  constructor(
    readonly name: AttentionName,
    seed: number,
  ) {
    this.network = new ConvolutionalNetwork(name === 'vgg19' ? vgg19 : small, seed);
    this.parameters = this.network.parameters;
    this.reach = REACH[name];
    if (name === 'small') {
      const bias = Math.log(INITIAL_SHRINKAGE / (1 - INITIAL_SHRINKAGE));
      const path = 'ofOwn/bias';
      tf.tidy(() => this.parameters[path].assign(tf.fill(this.parameters[path].shape, bias)));
      for (const last of ['ofOwn/kernel', 'ofAround/kernel']) {
        tf.tidy(() => this.parameters[last].assign(this.parameters[last].mul(0.1)));
      }
    }
  }

  /** The factors of coefficients, of their shape. */
  factors({ images, coefficients, steps }: AttentionInputs): tf.Tensor4D {
    return tf.tidy(() => {
      if (this.name === 'vgg19') {
        // The published network gets samples in [0, 1] without the means that its weights were trained with.
        const map = this.network.apply(images.div(255));
        const [batch, rows, columns] = map.shape;
        const [luma, chroma] = tf
          .split(map.reshape([batch, rows, columns, BLOCK, 2]), 2, 4)
          .map((part) => part.reshape<tf.Tensor4D>([batch, rows, columns, BLOCK]));
        return tf.concat([luma, chroma, chroma], 3);
      }
      const levels = coefficients.div<tf.Tensor4D>(steps);
      const shrinkage = this.network.apply(levelFeatures(levels)).mul(allButDc());
      return tf.sub<tf.Tensor4D>(1, shrinkage.div(tf.maximum(levels.abs(), 1)));
    });
  }

  /** Frees the weights. */
  dispose(): void {
    this.network.dispose();
  }
}
