import { tf } from '@sandwich/engine';
import { nearestLevel, rangeOf, type SoftAlphabet, softWeights, sumToShape, windowOf } from './soft-window.js';

/** How a soft quantiser averages. */
export interface SoftSupport extends SoftAlphabet {
  /** The five levels nearest to a value, the default, or `all` of the alphabet, in chunks. */
  support?: 'nearest5' | 'all';
}

/** Elements of the largest tensor that the support `all` makes. */
const CHUNK = 2 ** 22;

/**
 * Expected level of a value x = c / q of a soft quantiser, E[k] with p_k ~ exp(-a (x - k)^2) (JPEG-DL, J4D). With j = k - n and d = x - n
 * counted from the nearest level n, the derivatives are
 *
 *     dE[k]/dx = 2 a Var(j),   dE[k]/da = 2 d Var(j) - Cov(j, j^2).
 *
 * @param x any shape
 * @param a hardness, positive, which broadcasts against x
 */
export function softLevels(caller: string, x: tf.Tensor, a: tf.Tensor, support: SoftSupport): tf.Tensor {
  const [low, high] = rangeOf(caller, support);
  return tf.customGrad((...args) => {
    const [value, hardness, save] = args as unknown as [tf.Tensor, tf.Tensor, (tensors: tf.Tensor[]) => void];
    const all = support.support === 'all';
    const window = all ? undefined : windowOf(caller, value, support);
    const nearest = window?.nearest ?? nearestLevel(value, low, high);
    const distance = value.sub(nearest);
    const sums = window
      ? powerSums(distance, window.offsets, hardness)
      : powerSumsOfAll(distance, nearest, hardness, [low, high]);
    const [mean, square, cube] = sums.slice(1).map((sum) => sum.div(sums[0]));
    save([distance, hardness, square.sub(mean.square()), cube.sub(mean.mul(square))]);
    return {
      value: nearest.add(mean),
      gradFunc: (dy: tf.Tensor, [d, hard, variance, covariance]: tf.Tensor[]) => {
        const spread = dy.mul(variance).mul(2);
        const toHardness = spread.mul(d).sub(dy.mul(covariance));
        return [spread.mul(hard), sumToShape(toHardness, hard.shape)] as unknown as tf.Tensor;
      },
    };
  })(x, a);
}

/** Sums of the weights times j^0, j, j^2 and j^3. */
function powerSums(distance: tf.Tensor, offsets: tf.Tensor, a: tf.Tensor): tf.Tensor[] {
  const terms = [softWeights(distance, offsets, a)];
  while (terms.length < 4) terms.push(terms[terms.length - 1].mul(offsets));
  return terms.map((term) => tf.sum(term, 0));
}

function powerSumsOfAll(
  distance: tf.Tensor,
  nearest: tf.Tensor,
  a: tf.Tensor,
  [low, high]: [number, number],
): tf.Tensor[] {
  const size = Math.max(1, Math.floor(CHUNK / Math.max(1, distance.size)));
  let sums: tf.Tensor[] | undefined;
  for (let start = low; start <= high; start += size) {
    const next = tf.tidy(() => {
      const levels = tf.range(start, Math.min(start + size, high + 1));
      const offsets = levels.reshape([-1, ...new Array(distance.rank).fill(1)]).sub(nearest);
      const added = powerSums(distance, offsets, a);
      return sums ? sums.map((sum, i) => sum.add(added[i])) : added;
    });
    tf.dispose(sums ?? []);
    sums = next;
  }
  return sums as tf.Tensor[];
}
