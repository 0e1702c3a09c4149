import { tf } from '@sandwich/engine';
import { withGradient } from '../custom-gradient.js';
import { type SoftAlphabet, softWeights, sumToShape, windowOf } from './soft-window.js';

/**
 * Probabilities of the five nearest levels under a soft quantiser, p_k ~ exp(-a (x - k)^2). With j and d counted from the nearest level,
 *
 *     dp_k/dx = 2 a p_k (j - E[j]),   dp_k/da = p_k (2 d (j - E[j]) - (j^2 - E[j^2])).
 *
 * @param x values in units of the step, any shape
 * @param a hardness, positive, which broadcasts against x
 * @returns `probabilities`, [5, ...x.shape], and the `first` level, of the shape of x, without a gradient
 */
export function softProbabilities(
  x: tf.Tensor,
  a: tf.Tensor,
  alphabet: SoftAlphabet = {},
): { probabilities: tf.Tensor; first: tf.Tensor } {
  const probabilities = tf.customGrad((...args) => {
    const [value, hardness, save] = args as unknown as [tf.Tensor, tf.Tensor, (tensors: tf.Tensor[]) => void];
    const { nearest, offsets } = windowOf('softProbabilities', value, alphabet);
    const distance = value.sub(nearest);
    const weights = softWeights(distance, offsets, hardness);
    const p = weights.div(tf.sum(weights, 0));
    save([distance, offsets, hardness, p]);
    return {
      value: p,
      gradFunc: (dy: tf.Tensor, [d, j, hard, chance]: tf.Tensor[]) => {
        // sum_k dy_k p_k (f_k - E[f]) = sum_k p_k (dy_k - E[dy]) f_k
        const pull = dy.mul(chance);
        const moved = pull.sub(chance.mul(tf.sum(pull, 0))).mul(j);
        const first = tf.sum(moved, 0).mul(2);
        const toHardness = first.mul(d).sub(tf.sum(moved.mul(j), 0));
        return [first.mul(hard), sumToShape(toHardness, hard.shape)] as unknown as tf.Tensor;
      },
    };
  })(x, a);
  // The window once more: a function with a gradient returns one tensor.
  const first = withGradient(
    x,
    (value) => windowOf('softProbabilities', value, alphabet).first,
    (dy) => tf.zerosLike(dy),
  );
  return { probabilities, first };
}
