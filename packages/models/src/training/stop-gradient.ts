import { tf } from '@sandwich/engine';

/** The same values, through which no gradient passes. */
export const stopGradient = <T extends tf.Tensor>(x: T): T =>
  tf.customGrad<T>((input) => ({ value: tf.clone(input as T), gradFunc: (dy: T) => tf.zerosLike(dy) }))(x);
