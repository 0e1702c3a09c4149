import { type AdamFactors, adamStep, tf } from '@sandwich/engine';
import type { OptimizerState, Slot, TrainingOptimizer } from './optimizer.js';

/** Options of `adam`. */
export interface AdamOptions {
  learningRate: number;
  /** Decay of the mean of gradients. Default 0.9. */
  beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999. */
  beta2?: number;
  /** Added to the root of the latter. Default 1e-8. */
  epsilon?: number;
}

/** The factors of a parameter's update number `steps`, at the learning rate times `rateFactor`. */
export function adamFactors(
  { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions,
  steps: number,
  rateFactor: number,
): AdamFactors & Record<'rate' | 'epsilon', number> {
  const correction = Math.sqrt(1 - beta2 ** steps);
  const rate = (learningRate * rateFactor * correction) / (1 - beta1 ** steps);
  return { beta1, beta2, rate, epsilon: epsilon * correction };
}

/**
 * Adam (Kingma and Ba, 2015, algorithm 1) in the order of computation of its section 2:
 *
 *   m <- b1 m + (1 - b1) g,   v <- b2 v + (1 - b2) g^2,
 *   p <- p - lr_t m / (sqrt(v) + e_t),   lr_t = lr sqrt(1 - b2^t) / (1 - b1^t),   e_t = e sqrt(1 - b2^t)
 *
 * with the number of updates t counted for each parameter, so that one that joins later starts with its own correction.
 */
export function adam(options: AdamOptions): TrainingOptimizer {
  const { learningRate } = options;
  if (!(learningRate > 0)) throw new Error(`adam: learningRate must be positive, got ${learningRate}`);

  const updateOne = (parameter: tf.Variable, gradient: tf.Tensor, slot: Slot | undefined, rateFactor: number): Slot =>
    tf.tidy(() => {
      const steps = (slot?.steps ?? 0) + 1;
      const moments = slot
        ? { m: slot.tensors.m, v: slot.tensors.v }
        : { m: tf.zerosLike(parameter), v: tf.zerosLike(parameter) };
      const next = adamStep(parameter, gradient, moments, adamFactors(options, steps, rateFactor));
      parameter.assign(next.parameter);
      tf.dispose(slot?.tensors);
      return { steps, tensors: { m: tf.keep(next.moments.m), v: tf.keep(next.moments.v) } };
    });

  return {
    update(parameters, gradients, state, rateFactor = 1) {
      const unknown = Object.keys(gradients).filter((path) => !Object.hasOwn(parameters, path));
      if (unknown.length > 0) throw new Error(`adam: no parameter belongs to the gradient of ${unknown.join(', ')}`);
      const next: OptimizerState = { ...state };
      for (const [path, gradient] of Object.entries(gradients)) {
        next[path] = updateOne(parameters[path], gradient, state[path], rateFactor);
      }
      return next;
    },
  };
}
