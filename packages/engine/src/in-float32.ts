import { tf } from './tf.js';
import { TorchBackend } from './torch/backend.js';

let exact = false;

/** Whether what runs now is within `inFloat32`, and that makes a difference. */
export const isExact = (): boolean => exact;

/**
 * Runs `body` with convolutions and matrix products in float32, also on an engine that was started with a lower precision;
 * their gradients too, whenever they are computed. Codec proxies, losses and the resampling of images need it.
 *
 * @param body must not be asynchronous
 * @example
 * const coefficients = inFloat32(() => tf.matMul(blocks, basis));
 */
export function inFloat32<Result>(body: () => Result): Result {
  const backend = tf.findBackend(tf.getBackend());
  if (exact || !(backend instanceof TorchBackend) || backend.precision === 'fp32') return body();
  exact = true;
  backend.addon.setPrecision('fp32');
  try {
    return body();
  } finally {
    exact = false;
    backend.addon.setPrecision(backend.precision);
  }
}
