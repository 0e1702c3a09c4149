import { atLeast } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';

// Generalised divisive normalisation (Ballé, Laparra and Simoncelli, "Density modeling of images using a generalized normalization
// transformation", ICLR 2016) divides a channel by how much there is in all of them at the same place:
//
//   y_i = x_i / sqrt(beta_i + sum_j gamma_ij x_j^2),
//
// and its approximate inverse multiplies instead. beta must stay positive and gamma not negative, so parameters are stored as roots, as
// CompressAI and TensorFlow Compression store them: with the pedestal p = 2^-36 a stored s stands for max(s, sqrt(minimum + p))^2 - p, whose
// slope at the bound is not 0, and below the bound the gradient passes only where a descent would raise s.

const PEDESTAL = 2 ** -36;
const LEAST_BETA = 1e-6;
/** gamma begins as so much of the identity. */
const FIRST_GAMMA = 0.1;

/** Parameters of a normalisation as they are stored: `beta` [channels], and `gamma` [channels, channels], the divided one first. */
export interface GdnParameters<T = tf.Tensor> {
  beta: T;
  gamma: T;
}

const stored = (value: tf.Tensor): tf.Tensor => tf.sqrt(tf.maximum(tf.add(value, PEDESTAL), PEDESTAL));

const nonNegative = (root: tf.Tensor, minimum: number): tf.Tensor =>
  tf.sub(tf.square(atLeast(root, Math.sqrt(minimum + PEDESTAL))), PEDESTAL);

/** Parameters as they begin: beta of 1, gamma of a tenth of the identity. */
export const initialGdn = (channels: number): GdnParameters => ({
  beta: stored(tf.ones([channels])),
  gamma: stored(tf.mul(tf.eye(channels), FIRST_GAMMA)),
});

/** beta [channels], positive, and gamma [channels, channels], not negative, that stored parameters stand for. */
export const gdnFactors = ({ beta, gamma }: GdnParameters): GdnParameters => ({
  beta: nonNegative(beta, LEAST_BETA),
  gamma: nonNegative(gamma, 0),
});

/**
 * Divides by what `GdnParameters` stand for, or multiplies by it.
 *
 * @param x [B, H, W, channels]
 * @returns of the same shape
 */
export function gdn(x: tf.Tensor4D, parameters: GdnParameters, direction: 'divide' | 'multiply'): tf.Tensor4D {
  return tf.tidy(() => {
    const norm = normOf(x, gdnFactors(parameters));
    const factor = direction === 'divide' ? tf.rsqrt(norm) : tf.sqrt(norm);
    norm.dispose();
    return tf.mul(x, factor);
  });
}

/** The sum under the root. What it is made of is freed when it is done, where no gradient needs it. */
function normOf(x: tf.Tensor4D, { beta, gamma }: GdnParameters): tf.Tensor4D {
  const sums = tf.tidy(() => tf.matMul(tf.reshape(tf.square(x), [-1, x.shape[3]]), gamma, false, true));
  const norm = tf.tidy(() => tf.reshape(tf.add(sums, beta), x.shape)) as tf.Tensor4D;
  sums.dispose();
  return norm;
}
