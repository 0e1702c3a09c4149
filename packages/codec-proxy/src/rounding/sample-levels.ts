import { tf } from '@sandwich/engine';
import { type SoftAlphabet, softWeights, windowOf } from './soft-window.js';

/**
 * Levels drawn as a soft quantiser's probabilities have it, p_k ~ exp(-a (x - k)^2) over the five nearest ones. Without a gradient.
 *
 * @param x values in units of the step, any shape
 * @param a hardness, positive, which broadcasts against x
 * @param noise uniform in [0, 1), of the shape of x
 */
export function sampleLevels(
  x: tf.Tensor,
  a: tf.Tensor | number,
  noise: tf.Tensor,
  alphabet: SoftAlphabet = {},
): tf.Tensor {
  return tf.tidy(() => {
    const { first, nearest, offsets } = windowOf('sampleLevels', x, alphabet);
    const hardness = typeof a === 'number' ? tf.scalar(a) : a;
    const weights = tf.unstack(softWeights(x.sub(nearest), offsets, hardness));
    const aim = tf.addN(weights).mul(noise);
    let below: tf.Tensor = tf.zerosLike(x);
    let level = first;
    for (const weight of weights.slice(0, -1)) {
      below = below.add(weight);
      level = level.add(tf.greaterEqual(aim, below).toFloat());
    }
    return level;
  });
}
