import { tf } from '@sandwich/engine';
import type { Network } from './network.js';
import { choices, uniform, weight } from './values.js';

const WIDTH = 128;
const HEADS = 4;
const LENGTH = 64;
const WORDS = 256;
const HIDDEN = 4 * WIDTH;

type Layer = (x: tf.Tensor) => tf.Tensor;

/** A layer of TensorFlow.js, built, with weights that follow from its name. */
function layerOf(layer: tf.layers.Layer, inputs: number): Layer {
  layer.build([null, LENGTH, inputs]);
  const values = layer.getWeights().map((value) => (value.rank > 1 ? weight(layer.name, value.shape) : value));
  layer.setWeights(values);
  return (x) => layer.apply(x) as tf.Tensor;
}

const dense = (name: string, inputs: number, units: number, activation?: 'gelu'): Layer =>
  layerOf(tf.layers.dense({ name, units, activation: activation as 'relu' }), inputs);

const layerNorm = (): Layer => layerOf(tf.layers.layerNormalization({ epsilon: 1e-5 }), WIDTH);

/** Attention to all tokens, or with a mask of 0 and -1e9 to those before. */
function attention(name: string, mask?: tf.Tensor): Layer {
  const project = dense(`${name}_project`, WIDTH, 3 * WIDTH);
  const output = dense(`${name}_output`, WIDTH, WIDTH);
  const size = WIDTH / HEADS;
  return (x) => {
    const [batch, length] = x.shape;
    const heads = tf.transpose(tf.reshape(project(x), [batch, length, 3, HEADS, size]), [2, 0, 3, 1, 4]);
    const [q, k, v] = tf.unstack(heads);
    const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(size));
    const mixed = tf.matMul(tf.softmax(mask ? tf.add(scores, mask) : scores), v);
    return output(tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, length, WIDTH]));
  };
}

/** Attention and a perceptron, each normalized first and added to what it gets. */
function block(name: string, mask?: tf.Tensor): Layer {
  const [first, attend] = [layerNorm(), attention(name, mask)];
  const second = layerNorm();
  const widen = dense(`${name}_widen`, WIDTH, HIDDEN, 'gelu');
  const narrow = dense(`${name}_narrow`, HIDDEN, WIDTH);
  return (x) => {
    const y = tf.add(x, attend(first(x)));
    return tf.add(y, narrow(widen(second(y))));
  };
}

/** A vision transformer (Dosovitskiy et al., 2021): images of 32x32 in patches of 4x4, four layers. */
export function vit(batch: number): Network {
  const embed = dense('embed', 48, WIDTH);
  const positions = tf.variable(weight('positions', [LENGTH, WIDTH]));
  const blocks = [0, 1, 2, 3].map((i) => block(`block${i}`));
  const norm = layerNorm();
  const head = dense('head', WIDTH, 10);
  const labels = choices('labels', [batch], 10) as tf.Tensor1D;
  return {
    batch: { x: uniform('images', [batch, 32, 32, 3]), labels: tf.oneHot(labels, 10) },
    loss({ x, labels }) {
      const patches = tf.transpose(tf.reshape(x, [batch, 8, 4, 8, 4, 3]), [0, 1, 3, 2, 4, 5]);
      const tokens = tf.add(embed(tf.reshape(patches, [batch, LENGTH, 48])), positions);
      const output = blocks.reduce((y, layer) => layer(y), tokens);
      return tf.losses.softmaxCrossEntropy(labels, head(tf.mean(norm(output), 1)));
    },
  };
}

/** A language model of two layers that predicts each next one of 256 words. */
export function languageModel(batch: number): Network {
  const words = tf.variable(weight('words', [WORDS, WIDTH]));
  const positions = tf.variable(weight('positions', [LENGTH, WIDTH]));
  const mask = tf.tidy(() => tf.mul(tf.sub(1, tf.linalg.bandPart(tf.ones([LENGTH, LENGTH]), -1, 0)), -1e9));
  const blocks = [0, 1].map((i) => block(`block${i}`, mask));
  const norm = layerNorm();
  const head = dense('head', WIDTH, WORDS);
  const next = choices('next', [batch * LENGTH], WORDS) as tf.Tensor1D;
  return {
    batch: { x: choices('text', [batch, LENGTH], WORDS), next: tf.oneHot(next, WORDS) },
    loss({ x, next }) {
      const tokens = tf.add(tf.gather(words as tf.Tensor, x as tf.Tensor2D), positions);
      const output = norm(blocks.reduce((y, layer) => layer(y), tokens));
      return tf.losses.softmaxCrossEntropy(next, tf.reshape(head(output), [batch * LENGTH, WORDS]));
    },
  };
}
