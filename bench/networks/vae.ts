import { tf } from '@sandwich/engine';
import { initialize, type Network } from './network.js';
import { uniform } from './values.js';

const { layers } = tf;
const LATENT = 64;

/** A variational autoencoder (Kingma and Welling, 2014) with convolutions, for images of 32x32. */
export function vae(batch: number): Network {
  const input = tf.input({ shape: [32, 32, 3] });
  const convolution = { kernelSize: 4, strides: 2, padding: 'same' } as const;
  let x = layers.conv2d({ ...convolution, name: 'encode0', filters: 32, activation: 'relu' }).apply(input);
  x = layers.conv2d({ ...convolution, name: 'encode1', filters: 64, activation: 'relu' }).apply(x);
  const flat = layers.flatten().apply(x);
  const mean = layers.dense({ name: 'mean', units: LATENT }).apply(flat) as tf.SymbolicTensor;
  const logVariance = layers.dense({ name: 'log_variance', units: LATENT }).apply(flat) as tf.SymbolicTensor;
  const encoder = tf.model({ inputs: input, outputs: [mean, logVariance] });

  const decoder = tf.sequential({
    layers: [
      layers.dense({ name: 'expand', units: 8 * 8 * 64, activation: 'relu', inputShape: [LATENT] }),
      layers.reshape({ targetShape: [8, 8, 64] }),
      layers.conv2dTranspose({ ...convolution, name: 'decode0', filters: 32, activation: 'relu' }),
      layers.conv2dTranspose({ ...convolution, name: 'decode1', filters: 3 }),
    ],
  });

  const batches = { x: uniform('images', [batch, 32, 32, 3]), noise: uniform('noise', [batch, LATENT]) };
  initialize(encoder);
  initialize(decoder);
  return {
    batch: batches,
    loss({ x, noise }) {
      const [mean, logVariance] = encoder.apply(x, { training: true }) as tf.Tensor[];
      const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise));
      const logits = decoder.apply(z, { training: true }) as tf.Tensor;
      const reconstruction = tf.losses.sigmoidCrossEntropy(x, logits, undefined, 0, tf.Reduction.SUM);
      const terms = tf.sub(tf.sub(tf.add(logVariance, 1), tf.square(mean)), tf.exp(logVariance));
      return tf.div(tf.sub(reconstruction, tf.mul(tf.sum(terms), 0.5)), batch);
    },
  };
}
