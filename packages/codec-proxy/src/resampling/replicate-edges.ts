import { tf } from '@sandwich/engine';

/**
 * Grows images downwards and to the right by repeating their last row and their last column, as libjpeg does to fill
 * whole blocks.
 *
 * @param images [B, H, W, C]
 * @returns [B, height, width, C]; the images themselves if they have that size
 */
export function replicateEdges(images: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  return replicateLast(replicateLast(images, 1, height), 2, width);
}

function replicateLast(images: tf.Tensor4D, axis: 1 | 2, target: number): tf.Tensor4D {
  const size = images.shape[axis];
  if (size === target) return images;
  const begin: [number, number, number, number] = [0, 0, 0, 0];
  const extent: [number, number, number, number] = [...images.shape];
  const copies: [number, number, number, number] = [1, 1, 1, 1];
  begin[axis] = size - 1;
  extent[axis] = 1;
  copies[axis] = target - size;
  // By broadcasting, whose gradient is one sum; that of `tf.tile` is a slice for every copy.
  return tf.concat([images, tf.slice(images, begin, extent).add<tf.Tensor4D>(tf.zeros(copies))], axis);
}

/** The top left corner of images, [B, height, width, C]; the images themselves if they have that size. */
export function crop(images: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  const [batch, rows, columns, channels] = images.shape;
  if (rows === height && columns === width) return images;
  return tf.slice(images, [0, 0, 0, 0], [batch, height, width, channels]);
}
