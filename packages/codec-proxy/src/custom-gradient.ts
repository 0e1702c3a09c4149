import { tf } from '@sandwich/engine';

/**
 * Applies `forward` to `x` with a gradient of our own instead of the one that TFJS would derive.
 *
 * @param forward computes the value; tensors that the gradient needs go through `save`, all others are released
 * @param gradient maps the gradient of the value, and the saved tensors, to the gradient of `x`
 */
export function withGradient<T extends tf.Tensor>(
  x: tf.Tensor,
  forward: (x: tf.Tensor, save: (tensors: tf.Tensor[]) => void) => T,
  gradient: (dy: T, saved: tf.Tensor[]) => tf.Tensor,
): T {
  return tf.customGrad<T>((...args) => {
    const [input, save] = args as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    return { value: forward(input, save), gradFunc: gradient };
  })(x);
}

/** Straight-through estimator: `forward` gives the value, of the shape of `x`, and the gradient passes as it is. */
export const straightThrough = <T extends tf.Tensor>(x: T, forward: (x: T) => T): T =>
  withGradient<T>(
    x,
    (input) => forward(input as T),
    (dy) => tf.clone(dy),
  );

/** max(x, bound), whose gradient below the bound passes only where a descent would raise x. */
export const atLeast = <T extends tf.Tensor>(x: T, bound: number): T =>
  withGradient<T>(
    x,
    (input, save) => {
      save([input.greaterEqual(bound)]);
      return input.maximum<T>(bound);
    },
    (dy, [above]) => tf.where(above.logicalOr(dy.less(0)), dy, tf.zerosLike(dy)),
  );
