import { tf } from '../tf.js';

/** As PyTorch's DistributedDataParallel has them: few enough messages, and no second copy of a large model. */
const BUCKET_VALUES = (25 * 2 ** 20) / 4;

/** Splits tensors, in their order, into groups of about so many values. */
export function intoBuckets<T extends { size: number }>(tensors: readonly T[], values = BUCKET_VALUES): T[][] {
  const buckets: T[][] = [];
  let room = 0;
  for (const tensor of tensors) {
    if (tensor.size > room) {
      buckets.push([]);
      room = Math.max(values, tensor.size);
    }
    buckets.at(-1)!.push(tensor);
    room -= tensor.size;
  }
  return buckets;
}

/** The values of tensors one behind the other, times a factor, in memory of their own: [sum of their sizes]. */
export const flatten = (tensors: readonly tf.Tensor[], factor: number): tf.Tensor1D =>
  tf.tidy(() => tf.mul(tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [tensor.size]) as tf.Tensor1D)), factor));

/** Takes apart what `flatten` put together; `flat` is disposed. */
export function unflatten(flat: tf.Tensor1D, like: readonly tf.Tensor[]): tf.Tensor[] {
  const parts = tf.tidy(() =>
    tf
      .split(
        flat,
        like.map(({ size }) => size),
      )
      .map((part, i) => tf.reshape(part, like[i].shape)),
  );
  flat.dispose();
  return parts;
}
