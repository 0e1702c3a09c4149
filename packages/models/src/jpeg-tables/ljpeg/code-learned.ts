import { straightThrough } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import type { TableValues } from '../jpeg-tables.js';
import type { LearnedJpeg } from './learned-jpeg.js';
import { type LearnedRate, learnedRate } from './learned-rates.js';
import { publishedLevels } from './published-levels.js';
import { publishedCoefficients, publishedImages, SIDE, stepsOfBlock } from './published-transform.js';

/** How images are coded while a system is trained. */
export interface LearnedCodingOptions {
  /** A name in `roundings`, whose gradient coefficients get. Default `cubicSte`, as published. */
  rounding?: string;
  /** `projected` leaves out of the gradient what the codec undoes. Default `rounding`. */
  gradient?: 'rounding' | 'projected';
  /** Default `marginal`. */
  rate?: LearnedRate;
  /** Factor on the steps. Default 1. */
  stepScale?: tf.Scalar | number;
  /** Values in the place of those of the system's tables, as it keeps them. */
  tables?: TableValues;
}

/** What becomes of images. */
export interface LearnedCoding {
  /** [B, H, W, 3], in [0, 255]. */
  decoded: tf.Tensor4D;
  /** Bits an image, [B], without headers. */
  rate: tf.Tensor1D;
  /** Factors of the coefficients, [B, rows, columns, 192]; undefined without attention. */
  factors?: tf.Tensor4D;
}

/**
 * Codes images by differentiable JPEG with a system's tables as they are, behind its attention, and estimates the bits.
 *
 * @param images [B, H, W, 3], in [0, 255]; with attention, sides are multiples of 8
 * @throws RangeError for other sides with attention
 */
export function codeLearned(
  system: LearnedJpeg,
  images: tf.Tensor4D,
  { rate = 'marginal', ...options }: LearnedCodingOptions = {},
): LearnedCoding {
  return tf.tidy(() => {
    const { unrounded, levels, ...coded } = quantised(system, images, options);
    return { ...coded, rate: learnedRate(rate, unrounded, levels) };
  });
}

/** What images are decoded as, whose bits nobody asks for: `codeLearned` without a rate. */
export const decodeLearned = (
  system: LearnedJpeg,
  images: tf.Tensor4D,
  options: Omit<LearnedCodingOptions, 'rate'> = {},
): tf.Tensor4D => tf.tidy(() => quantised(system, images, options).decoded);

function quantised(
  system: LearnedJpeg,
  images: tf.Tensor4D,
  { rounding = 'cubicSte', gradient = 'rounding', stepScale = 1, tables }: Omit<LearnedCodingOptions, 'rate'>,
) {
  const [, height, width] = images.shape;
  if (system.attention && (height % SIDE !== 0 || width % SIDE !== 0))
    throw new RangeError(
      `codeLearned: with attention width and height must be multiples of ${SIDE}, got ${width} x ${height}: pad images, or use smoothPicture`,
    );
  const steps = tf.clipByValue(stepsOfBlock(system.tables.steps(tables)).mul<tf.Tensor1D>(stepScale), 1, 255);
  const { coefficients, factors } = smoothedCoefficients(system, images, steps);
  const { unrounded, levels } = publishedLevels(coefficients, steps, { rounding, gradient });
  const decoded = publishedImages(levels.mul(steps), [height, width]);
  return { unrounded, levels, decoded, ...(factors && { factors }) };
}

/** Coefficients of images as they are coded: smoothed, and, where smoothing goes through pixels, once more those of pictures of 8 bits. */
function smoothedCoefficients(system: LearnedJpeg, images: tf.Tensor4D, steps: tf.Tensor1D) {
  const coefficients = publishedCoefficients(images);
  if (!system.attention) return { coefficients };
  const factors = system.attention.factors({ images, coefficients, steps });
  const smoothed = coefficients.mul<tf.Tensor4D>(factors);
  if (system.architecture.smoothing === 'coefficients') return { coefficients: smoothed, factors };
  const pixels = publishedImages(smoothed, images.shape.slice(1, 3) as [number, number]);
  return { coefficients: publishedCoefficients(straightThrough(pixels, (x) => tf.round(x))), factors };
}
