import { tf } from '@sandwich/engine';
import { exactMatMul } from './exact-mat-mul.js';

// BT.601 luma is Y = KR R + KG G + KB B. JPEG (ITU-T T.871) scales the colour differences to the range of the luma:
// U = (B - Y) / (2 (1 - KB)), V = (R - Y) / (2 (1 - KR)). Solved for R and B these are R = Y + 2 (1 - KR) V and
// B = Y + 2 (1 - KB) U, and G follows from the luma. Pixels are rows, so the matrices multiply from the right.
const [KR, KG, KB] = [0.299, 0.587, 0.114];
const uScale = 2 * (1 - KB);
const vScale = 2 * (1 - KR);

/** RGB to YUV as a matrix [rgb][yuv]: pixels are rows and multiply from the left; colour differences around 0. */
export const yuvFromRgb = [
  [KR, -KR / uScale, 0.5],
  [KG, -KG / uScale, -KG / vScale],
  [KB, 0.5, -KB / vScale],
];
/** The inverse of {@link yuvFromRgb}, [yuv][rgb]. */
export const rgbFromYuv = [
  [1, 1, 1],
  [0, (-uScale * KB) / KG, uScale],
  [vScale, (-vScale * KR) / KG, 0],
];

const chromaOffset = [0, 128, 128];

/** Multiplies every pixel, a row of channels, by a matrix from the right. */
export function mixChannels(images: tf.Tensor4D, matrix: tf.Tensor2D): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const [, mixed] = matrix.shape;
  return exactMatMul(images.reshape<tf.Tensor2D>([-1, channels]), matrix).reshape([batch, height, width, mixed]);
}

/** The linear part of {@link rgbToYuv}: colour differences around 0. */
export const mixRgbToYuv = (images: tf.Tensor4D): tf.Tensor4D => mixChannels(images, tf.tensor2d(yuvFromRgb));

/** The linear part of {@link yuvToRgb}: colour differences around 0. */
export const mixYuvToRgb = (images: tf.Tensor4D): tf.Tensor4D => mixChannels(images, tf.tensor2d(rgbFromYuv));

/**
 * RGB to JPEG's YUV (YCbCr, BT.601, full range; ITU-T T.871), unrounded and unclipped.
 *
 * @param images [B, H, W, 3] in [0, 255]
 * @returns [B, H, W, 3] in [0, 255], chroma centred on 128
 */
export function rgbToYuv(images: tf.Tensor4D): tf.Tensor4D {
  assertThreeChannels('rgbToYuv', images);
  return tf.tidy(() => mixRgbToYuv(images).add(chromaOffset));
}

/**
 * Exact inverse of {@link rgbToYuv}, unrounded and unclipped.
 *
 * @param images [B, H, W, 3], chroma centred on 128
 * @returns [B, H, W, 3]
 */
export function yuvToRgb(images: tf.Tensor4D): tf.Tensor4D {
  assertThreeChannels('yuvToRgb', images);
  return tf.tidy(() => mixYuvToRgb(images.sub(chromaOffset)));
}

function assertThreeChannels(caller: string, images: tf.Tensor4D): void {
  if (images.rank !== 4 || images.shape[3] !== 3) {
    throw new RangeError(`${caller}: images must have shape [B, H, W, 3], got [${images.shape}]`);
  }
}
