import type { tf } from '@sandwich/engine';

/** Throws unless both are [B,H,W,C] of one shape and not empty. */
export function checkImagePair(where: string, a: tf.Tensor4D, b: tf.Tensor4D): void {
  if (a.rank !== 4 || a.size === 0 || a.shape.some((size, axis) => size !== b.shape[axis]) || b.rank !== 4)
    throw new RangeError(`${where}: both images must be [B,H,W,C] of one shape, got [${a.shape}] and [${b.shape}]`);
}
