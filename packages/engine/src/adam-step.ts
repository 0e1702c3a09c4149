import { tf } from './tf.js';

/** Means of gradients and of their squares that decay from step to step. */
export interface AdamMoments {
  m: tf.Tensor;
  v: tf.Tensor;
}

/** The factors of one step of Adam. */
export interface AdamFactors {
  /** Decay of `m`. */
  beta1: number;
  /** Decay of `v`. */
  beta2: number;
  /** Learning rate of this step. A recorded step takes it from a tensor, since it is another one in each step. */
  rate: number | tf.Scalar;
  /** Added to the root of `v`; a tensor where `rate` is one. */
  epsilon: number | tf.Scalar;
}

const toScalar = (value: number | tf.Scalar): tf.Scalar => (typeof value === 'number' ? tf.scalar(value) : value);

/**
 * One step of Adam (Kingma and Ba, 2015):
 *
 *     m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2,   parameter <- parameter - rate m / (sqrt(v) + epsilon)
 *
 * in one kernel where the engine has it, else in TFJS ops. Corrections of the bias are the caller's, in `rate` and `epsilon`.
 *
 * @returns new tensors of the shape of `parameter`; none of the arguments is changed or disposed
 */
export function adamStep(
  parameter: tf.Tensor,
  gradient: tf.Tensor,
  { m, v }: AdamMoments,
  { beta1, beta2, rate, epsilon }: AdamFactors,
): { parameter: tf.Tensor; moments: AdamMoments } {
  if (tf.getKernel('Adam', tf.getBackend())) {
    const fixed = typeof rate === 'number' && typeof epsilon === 'number';
    const inputs = { parameter, gradient, m, v };
    const next = tf.tidy(() =>
      fixed
        ? tf.engine().runKernel('Adam', inputs, { beta1, beta2, rate, epsilon })
        : tf
            .engine()
            .runKernel('Adam', { ...inputs, rate: toScalar(rate), epsilon: toScalar(epsilon) }, { beta1, beta2 }),
    ) as tf.Tensor[];
    return { parameter: next[0], moments: { m: next[1], v: next[2] } };
  }
  return tf.tidy(() => {
    const nextM = tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1));
    const nextV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const change = tf.mul(tf.div(nextM, tf.add(tf.sqrt(nextV), epsilon)), rate);
    return { parameter: tf.sub(parameter, change), moments: { m: nextM, v: nextV } } as never;
  });
}
