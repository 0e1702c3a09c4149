import { tf } from '@sandwich/engine';
import { eachOf, type Optimizer } from './optimizer.js';

/** The largest difference of an element, or the root of the sum of all squares. */
export type BallNorm = 'inf' | 'l2';

/**
 * Shortens steps so that parameters stay within `budget` of where they are to stay close to: p - step is replaced by the point of the ball about
 * x0 that is nearest to it. It belongs after what makes the steps.
 *
 * @param x0 centre: one tensor for the only parameter, or one for each path; parameters without a centre go free
 * @param budget radius of the ball, not negative
 * @param norm of a parameter as a whole
 * @throws RangeError when the budget is negative or not a number, the norm is not known, or, in `update`, a centre differs from its parameter in
 * shape
 */
export function projectBall(x0: tf.Tensor | Record<string, tf.Tensor>, budget: number, norm: BallNorm): Optimizer {
  if (!(budget >= 0)) throw new RangeError(`projectBall: budget must not be negative, got ${budget}`);
  if (norm !== 'inf' && norm !== 'l2') throw new RangeError(`projectBall: norm must be inf or l2, got ${norm}`);
  return eachOf((step, parameter, path) => {
    const centre = x0 instanceof tf.Tensor ? x0 : x0[path];
    if (!centre) return step.clone();
    if (centre.shape.join() !== parameter.shape.join()) {
      throw new RangeError(
        `projectBall: the centre of ${path} must have its shape, [${parameter.shape}], got [${centre.shape}]`,
      );
    }
    const offset = parameter.sub(step).sub(centre);
    const inside =
      norm === 'inf'
        ? tf.clipByValue(offset, -budget, budget)
        : // A zero offset is inside of any ball: the guard keeps it from being divided by itself.
          offset.mul(tf.minimum(1, tf.div(budget, offset.square().sum().sqrt().maximum(1e-30))));
    return parameter.sub(centre.add(inside));
  });
}
