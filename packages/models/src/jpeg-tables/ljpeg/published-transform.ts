import { blockDct, inverseBlockDct } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';

// JPEG's transform as the code of "Learning to Improve Image Compression without Changing the Standard Decoder" (Strümpler, Yang and
// Timofte, ECCVW 2020) computes it: 4:4:4, with rounded constants, of which neither matrix is the exact inverse of the other.

/** RGB to YCbCr, [rgb][ycc]. */
const ycbcrFromRgb = [
  [0.299, -0.1687, 0.5],
  [0.587, -0.3313, -0.4187],
  [0.114, 0.5, -0.0813],
];
/** YCbCr to RGB, [ycc][rgb]. */
const rgbFromYcbcr = [
  [1, 1, 1],
  [0, -0.34414, 1.772],
  [1.402, -0.71414, 0],
];
/** The matrices, pixels being rows, for those who compute the transform elsewhere. */
export const publishedMatrices = { ycbcrFromRgb, rgbFromYcbcr } as const;

/** Samples of a block. */
export const BLOCK = 64;
/** Width and height of a block. */
export const SIDE = 8;
const GREY = 128;

const mix = (images: tf.Tensor4D, matrix: number[][]): tf.Tensor4D => {
  const [batch, height, width] = images.shape;
  return tf.matMul(images.reshape<tf.Tensor2D>([-1, 3]), tf.tensor2d(matrix)).reshape([batch, height, width, 3]);
};

/** How many zeros stand before and behind, so that a length is a multiple of 8: the larger half behind. */
const centredPadding = (length: number): [before: number, after: number] => {
  const missing = (SIDE - (length % SIDE)) % SIDE;
  return [Math.floor(missing / 2), Math.ceil(missing / 2)];
};

/**
 * Coefficients of images. Sides that are no multiples of 8 are padded by zeros, that is by grey, in equal parts on both sides.
 *
 * @param images RGB, [B, H, W, 3], in [0, 255]
 * @returns [B, rows, columns, 192], the 64 coefficients of Y by vertical and then horizontal frequency, then those of Cb and Cr
 */
export function publishedCoefficients(images: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    // Nothing is left of the offset 128 of chroma, since 128 is taken from all channels.
    const centred = mix(images, ycbcrFromRgb).sub<tf.Tensor4D>([GREY, 0, 0]);
    const [, height, width] = images.shape;
    const [rows, columns] = [centredPadding(height), centredPadding(width)];
    return blockDct(tf.pad(centred, [[0, 0], rows, columns, [0, 0]]));
  });
}

/**
 * The images of coefficients, clipped to [0, 255], with no gradient beyond.
 *
 * @param coefficients as `publishedCoefficients` returns them
 * @param size of the images
 */
export function publishedImages(
  coefficients: tf.Tensor4D,
  [height, width]: readonly [height: number, width: number],
): tf.Tensor4D {
  return tf.tidy(() => {
    const [batch] = coefficients.shape;
    const begin = [0, centredPadding(height)[0], centredPadding(width)[0], 0];
    const centred = tf.slice(inverseBlockDct(coefficients), begin, [batch, height, width, 3]) as tf.Tensor4D;
    return tf.clipByValue(mix(centred.add([GREY, 0, 0]), rgbFromYcbcr), 0, 255);
  });
}

/** A table of luma and one of chroma, [8, 8] each, as the steps of all coefficients of a block, [192]. */
export const stepsOfBlock = ({ luma, chroma }: Record<'luma' | 'chroma', tf.Tensor>): tf.Tensor1D =>
  tf.tidy(() => {
    const [y, c] = [luma, chroma].map((table) => table.reshape<tf.Tensor1D>([BLOCK]));
    return tf.concat([y, c, c]);
  });

/** The parts of Y, Cb and Cr, each [B, rows, columns, 64]. */
export const planesOfBlocks = (blocks: tf.Tensor4D): tf.Tensor4D[] => tf.split<tf.Tensor4D>(blocks, 3, 3);

/** 0 for the DC coefficients of a block and 1 for all others, [192]. */
export const allButDc = (): tf.Tensor1D =>
  tf.tensor1d(Float32Array.from({ length: 3 * BLOCK }, (_, i) => (i % BLOCK === 0 ? 0 : 1)));
