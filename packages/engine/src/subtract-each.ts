import { tf } from './tf.js';

/**
 * Subtracts tensors in pairs, in one kernel for all of them where the engine has it.
 *
 * @param minuends float32
 * @param subtrahends as many, of the same shapes
 * @returns new tensors
 * @throws Error when there are not as many of both
 */
export function subtractEach(minuends: readonly tf.Tensor[], subtrahends: readonly tf.Tensor[]): tf.Tensor[] {
  if (minuends.length !== subtrahends.length) {
    throw new Error(`subtractEach: got ${minuends.length} tensors, and ${subtrahends.length} to subtract from them`);
  }
  if (minuends.length > 0 && tf.getKernel('SubtractEach', tf.getBackend())) {
    const inputs = [...minuends, ...subtrahends] as unknown as tf.NamedTensorMap;
    return tf.engine().runKernel('SubtractEach', inputs) as tf.Tensor[];
  }
  return minuends.map((minuend, i) => tf.sub(minuend, subtrahends[i]));
}
