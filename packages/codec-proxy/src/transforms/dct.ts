import { tf } from '@sandwich/engine';
import { exactMatMul } from './exact-mat-mul.js';

/** Side of a JPEG block in pixels. */
export const BLOCK_SIZE = 8;
/** Pixels, and coefficients, of a block. */
export const BLOCK_AREA = BLOCK_SIZE * BLOCK_SIZE;
/** Taken from every plane before the transform. */
export const GREY = 128;

/**
 * The orthonormal two-dimensional DCT-II of 8x8 blocks as one matrix: a block, flattened row by row, times `dctBasis`
 * is its coefficients, flattened by vertical and then horizontal frequency. Column `8 v + u` is the outer product of
 * the one-dimensional bases b_v and b_u, with b_k[i] = sqrt(2/8) cos((2 i + 1) k pi / 16), and sqrt(1/8) for k = 0.
 */
export const dctBasis: Float32Array = (() => {
  const b = (k: number, i: number): number =>
    k === 0 ? Math.sqrt(1 / 8) : Math.sqrt(2 / 8) * Math.cos(((2 * i + 1) * k * Math.PI) / 16);
  const basis = new Float32Array(BLOCK_AREA * BLOCK_AREA);
  for (let pixel = 0; pixel < BLOCK_AREA; pixel++) {
    for (let frequency = 0; frequency < BLOCK_AREA; frequency++) {
      const [row, column] = [pixel >> 3, pixel & 7];
      basis[pixel * BLOCK_AREA + frequency] = b(frequency >> 3, row) * b(frequency & 7, column);
    }
  }
  return basis;
})();

/** A linear map of blocks, flattened row by row: [N, 64] to [N, 64]. */
export type BlockTransform = (blocks: tf.Tensor2D) => tf.Tensor2D;

const basisMatrix = (): tf.Tensor2D => tf.tensor2d(dctBasis, [BLOCK_AREA, BLOCK_AREA]);

const forwardTransform: BlockTransform = (blocks) => exactMatMul(blocks, basisMatrix());

const inverseTransform: BlockTransform = (blocks) => exactMatMul(blocks, basisMatrix(), false, true);

/**
 * DCT of every 8x8 block of every channel.
 *
 * @param images [B, H, W, C], H and W multiples of 8
 * @param transform of blocks; the orthonormal DCT unless given
 * @returns [B, H/8, W/8, C * 64], the 64 coefficients of the first channel, of the second, …
 */
export function blockDct(images: tf.Tensor4D, transform: BlockTransform = forwardTransform): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const [rows, columns] = [height / BLOCK_SIZE, width / BLOCK_SIZE];
  return tf.tidy(() => {
    const blocks = images
      .reshape([batch * rows, BLOCK_SIZE, columns, BLOCK_SIZE, channels])
      .transpose([0, 2, 4, 1, 3])
      .reshape<tf.Tensor2D>([-1, BLOCK_AREA]);
    return transform(blocks).reshape<tf.Tensor4D>([batch, rows, columns, channels * BLOCK_AREA]);
  });
}

/** Inverse of {@link blockDct}: [B, h, w, C * 64] to [B, 8 h, 8 w, C]. */
export function inverseBlockDct(coefficients: tf.Tensor4D, transform: BlockTransform = inverseTransform): tf.Tensor4D {
  const [batch, rows, columns, depth] = coefficients.shape;
  const channels = depth / BLOCK_AREA;
  return tf.tidy(() =>
    transform(coefficients.reshape<tf.Tensor2D>([-1, BLOCK_AREA]))
      .reshape([batch * rows, columns, channels, BLOCK_SIZE, BLOCK_SIZE])
      .transpose([0, 3, 1, 4, 2])
      .reshape<tf.Tensor4D>([batch, rows * BLOCK_SIZE, columns * BLOCK_SIZE, channels]),
  );
}
