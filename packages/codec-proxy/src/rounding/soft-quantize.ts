import { isRecording, tf } from '@sandwich/engine';
import type { RoundingFn } from './roundings.js';
import { type SoftSupport, softLevels } from './soft-levels.js';
import { rangeOf } from './soft-window.js';

/** Hardness of a soft quantiser. */
export interface SoftHardness {
  /** In units of the quantiser step: exp(-hardness (x - k)^2) at x = c / q. A number, or a tensor, where it changes from step to step. Default 4, unless there is an `alpha`. */
  hardness?: number | tf.Scalar;
  /** In units of the coefficients, as in {@link softQuantize}, in place of `hardness`: the hardness is alpha q^2. */
  alpha?: number;
}

/** Options of {@link softQuantize}. */
export interface SoftQuantizeOptions extends SoftSupport {
  /**
   * Hardness in the units of 1 / c^2, positive: a number, or a tensor that broadcasts against c. J4D has 100 everywhere, JPEG-DL h / q^2:
   * `tf.div(h, q.square())` passes its gradient to q.
   */
  alpha: number | tf.Tensor;
}

/**
 * Soft quantiser of J4D and JPEG-DL: what a coefficient is on average when its level is drawn from p_k ~ exp(-alpha (c - q k)^2),
 * Q(c) = sum_k p_k q k. It tends to rounding, halves up, as alpha grows. Differentiable in c, q and alpha:
 *
 *     dQ/dc = 2 alpha Var(q k),   dQ/dq = E[k] + 2 alpha Cov(q k, k (c - q k)),   dQ/dalpha = -Cov(q k, (c - q k)^2).
 *
 * @param c coefficients, any shape
 * @param q quantiser steps, positive, which broadcast against c
 * @returns the shape of c
 * @throws RangeError naming the option and its value
 * @example
 * const decoded = softQuantize(coefficients, steps, { alpha: tf.div(4, steps.square()) });
 */
export function softQuantize(c: tf.Tensor, q: tf.Tensor | number, options: SoftQuantizeOptions): tf.Tensor {
  return tf.tidy(() => {
    const { alpha, ...support } = options;
    const steps = typeof q === 'number' ? tf.scalar(q) : q;
    const hardness = typeof alpha === 'number' ? tf.scalar(alpha) : alpha;
    if (!isRecording()) {
      assertPositive('softQuantize: q', steps);
      assertPositive('softQuantize: alpha', hardness);
    }
    return softLevels('softQuantize', c.div(steps), hardness.mul(steps.square()), support).mul(steps);
  });
}

function assertPositive(name: string, tensor: tf.Tensor): void {
  const wrong = tensor.dataSync<'float32'>().find((value) => !(value > 0 && value < Infinity));
  if (wrong !== undefined) throw new RangeError(`${name} must be positive and finite, got ${wrong}`);
}

/**
 * The soft quantiser as a rounding of any proxy: the expected level.
 *
 * @throws RangeError naming the option and its value
 * @example
 * const decoded = diffJpeg(images, quality, { rounding: softRounding({ hardness: 4 }) });
 */
export function softRounding(options: SoftHardness & SoftSupport = {}): RoundingFn {
  const { hardness, alpha, ...support } = options;
  const a = hardnessOf('softRounding', { hardness, alpha });
  rangeOf('softRounding', support);
  return (x, steps) => tf.tidy(() => softLevels('softRounding', x, a(steps), support));
}

/**
 * The hardness of levels at given steps.
 *
 * @throws RangeError naming the option and its value
 */
export function hardnessOf(caller: string, { hardness, alpha }: SoftHardness): (steps?: tf.Tensor) => tf.Tensor {
  if (hardness !== undefined && alpha !== undefined) {
    throw new RangeError(
      `${caller}: give hardness or alpha, got ${typeof hardness === 'number' ? hardness : 'a tensor'} and ${alpha}`,
    );
  }
  const [name, value] = alpha === undefined ? (['hardness', hardness ?? 4] as const) : (['alpha', alpha] as const);
  if (typeof value !== 'number') return () => value;
  if (!(value > 0 && value < Infinity))
    throw new RangeError(`${caller}: ${name} must be positive and finite, got ${value}`);
  if (alpha === undefined) return () => tf.scalar(value);
  return (steps) => {
    if (!steps)
      throw new Error(`${caller}: alpha needs the quantiser steps, which this proxy does not give; use hardness`);
    return steps.square().mul(alpha);
  };
}
