import { tf } from '@sandwich/engine';
import { mapPaths, type Optimizer } from './optimizer.js';

/**
 * Scales gradients so that their norm, over all parameters together, is at most `maximum` (Pascanu et al., "On the difficulty of training
 * recurrent neural networks", 2013). It belongs at the beginning of a chain.
 *
 * @throws RangeError when `maximum` is not positive
 */
export function clipByNorm(maximum: number): Optimizer {
  if (!(maximum > 0)) throw new RangeError(`clipByNorm: maximum must be positive, got ${maximum}`);
  return {
    remembers: [],
    init: () => ({}),
    update(gradients) {
      const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
      if (squares.length === 0) return { steps: {}, memory: {} };
      const factor = tf.minimum(1, tf.div(maximum, tf.sqrt(tf.addN(squares))));
      return { steps: mapPaths(gradients, (gradient) => tf.mul(gradient, factor)), memory: {} };
    },
  };
}
