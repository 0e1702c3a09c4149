import { tf } from './tf.js';

/** Means of gradients and of their squares that decay from step to step, one of each for each parameter. */
export interface AdamMoments {
  m: tf.Tensor[];
  v: tf.Tensor[];
}

/** The factors of one step of Adam. */
export interface AdamFactors {
  /** Decay of `m`. */
  beta1: number;
  /** Decay of `v`. */
  beta2: number;
  /** Learning rate of this step for each parameter, [n]: tensors, since a recorded step has others each time. */
  rates: tf.Tensor1D;
  /** Added to the root of each `v`, [n]. */
  epsilons: tf.Tensor1D;
}

/**
 * One step of Adam (Kingma and Ba, 2015) for n parameters:
 *
 *     m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2,   step = rate m / (sqrt(v) + epsilon)
 *
 * in one kernel for all of them where the engine has it, else in TFJS ops. Corrections of the bias are the caller's, in `rates` and `epsilons`.
 *
 * @param gradients n tensors, float32
 * @returns new tensors: what is to be subtracted from each parameter, and the moments after the step; no argument is changed or disposed
 * @throws Error when the moments do not fit the gradients in number or shape, or there are not n rates and epsilons
 */
export function adamSteps(
  gradients: readonly tf.Tensor[],
  { m, v }: AdamMoments,
  { beta1, beta2, rates, epsilons }: AdamFactors,
): { steps: tf.Tensor[]; moments: AdamMoments } {
  const count = gradients.length;
  const lengths = [m.length, v.length, rates.size, epsilons.size];
  if (lengths.some((length) => length !== count)) {
    throw new Error(
      `adamSteps: ${count} gradients want as many means, mean squares, rates and epsilons, got ${lengths.join(', ')}`,
    );
  }
  if (count === 0) return { steps: [], moments: { m: [], v: [] } };
  if (tf.getKernel('Adam', tf.getBackend())) {
    const inputs = [...gradients, ...m, ...v, rates, epsilons] as unknown as tf.NamedTensorMap;
    const all = tf.engine().runKernel('Adam', inputs, { beta1, beta2 }) as tf.Tensor[];
    const [steps, nextM, nextV] = [0, 1, 2].map((kind) => all.slice(kind * count, (kind + 1) * count));
    return { steps, moments: { m: nextM, v: nextV } };
  }
  return tf.tidy(() => {
    const nextM = m.map((mean, i) => tf.add(tf.mul(mean, beta1), tf.mul(gradients[i], 1 - beta1)));
    const nextV = v.map((square, i) => tf.add(tf.mul(square, beta2), tf.mul(tf.square(gradients[i]), 1 - beta2)));
    const [rate, epsilon] = [tf.unstack(rates), tf.unstack(epsilons)];
    const steps = nextM.map((mean, i) => tf.div(tf.mul(mean, rate[i]), tf.add(tf.sqrt(nextV[i]), epsilon[i])));
    return { steps, moments: { m: nextM, v: nextV } } as never;
  });
}
