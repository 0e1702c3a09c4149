import { tf } from '@sandwich/engine';
import { exactMatMul } from '../transforms/exact-mat-mul.js';

/**
 * Replaces the rows of images by weighted sums of them.
 *
 * @param images [B, H, W, C]
 * @param matrix row-major [height, H]
 * @returns [B, height, W, C]
 */
export function resampleRows(images: tf.Tensor4D, matrix: Float32Array, height: number): tf.Tensor4D {
  const [batch, rows, width, channels] = images.shape;
  return exactMatMul(
    tf.tensor3d(matrix, [1, height, rows]),
    images.reshape<tf.Tensor3D>([batch, rows, width * channels]),
  ).reshape<tf.Tensor4D>([batch, height, width, channels]);
}

/**
 * Replaces the columns of images by weighted sums of them.
 *
 * @param images [B, H, W, C]
 * @param matrix row-major [width, W]
 * @returns [B, H, width, C]
 */
export function resampleColumns(images: tf.Tensor4D, matrix: Float32Array, width: number): tf.Tensor4D {
  const [batch, height, columns, channels] = images.shape;
  // One large product over all rows; row by row, with only C columns each, would be many times slower.
  const rows = channels === 1 ? images : images.transpose([0, 1, 3, 2]);
  const weights = tf.tensor2d(matrix, [width, columns]);
  const resampled = exactMatMul(rows.reshape<tf.Tensor2D>([-1, columns]), weights, false, true);
  if (channels === 1) return resampled.reshape<tf.Tensor4D>([batch, height, width, 1]);
  return resampled.reshape<tf.Tensor4D>([batch, height, channels, width]).transpose([0, 1, 3, 2]);
}
