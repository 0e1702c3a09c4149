import { tf } from '@sandwich/engine';
import { multipleOf } from '@sandwich/pictures';

/**
 * Extends images at the bottom and on the right to the next multiple of `multiple` by mirroring them about their edges
 * (the edge pixel is repeated, as NumPy's 'symmetric'), as often as it takes: 1x1 and 3x5 images extend to 16x16 too.
 *
 * @param images [B, H, W, C]
 * @param multiple in pixels, a positive integer
 * @returns [B, H', W', C]; crop the top left [H, W] to undo it
 */
export function padSymmetric(images: tf.Tensor4D, multiple: number): tf.Tensor4D {
  if (!Number.isInteger(multiple) || multiple < 1) {
    throw new RangeError(`padSymmetric: multiple must be a positive integer, got ${multiple}`);
  }
  if (images.rank !== 4 || images.size === 0) {
    throw new RangeError(`padSymmetric: images must be [B, H, W, C] and not empty, got [${images.shape}]`);
  }
  return tf.tidy(() => mirror(mirror(images.clone(), 1, multiple), 2, multiple));
}

/** One reflection at most doubles the image; the reflection of what is already mirrored is the periodic extension. */
function mirror(images: tf.Tensor4D, axis: 1 | 2, multiple: number): tf.Tensor4D {
  const target = multipleOf(multiple, images.shape[axis]);
  let padded = images;
  while (padded.shape[axis] < target) {
    const size = padded.shape[axis];
    const border = Math.min(size, target - size);
    const begin: [number, number, number, number] = [0, 0, 0, 0];
    const extent: [number, number, number, number] = [...padded.shape];
    begin[axis] = size - border;
    extent[axis] = border;
    padded = tf.concat([padded, tf.slice(padded, begin, extent).reverse(axis)], axis);
  }
  return padded;
}
