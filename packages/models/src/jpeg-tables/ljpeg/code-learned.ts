import {
  gaussianRate,
  geometricRate,
  marginalRate,
  projectedLevels,
  roundings,
  straightThrough,
  unroundedRate,
} from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import type { LearnedJpeg } from './learned-jpeg.js';
import { planesOfBlocks, publishedCoefficients, publishedImages, SIDE, stepsOfBlock } from './published-transform.js';

/** A name of how bits are estimated. */
export type LearnedRate = 'marginal' | 'unrounded' | 'geometric' | 'gaussian';

/** How the bits of levels are estimated, given those levels before and after rounding, [B]. */
const rates: Record<LearnedRate, (unrounded: tf.Tensor4D[], levels: tf.Tensor4D[]) => tf.Tensor1D> = {
  marginal: (unrounded: tf.Tensor4D[]) =>
    marginalRate(
      unrounded.map((plane) => roundings.thresholdSte(plane) as tf.Tensor4D),
      unrounded,
    ),
  unrounded: (unrounded: tf.Tensor4D[], levels: tf.Tensor4D[]) => {
    const bits = marginalRate(levels, unrounded);
    return unroundedRate(unrounded, levels, bits);
  },
  geometric: (_: tf.Tensor4D[], levels: tf.Tensor4D[]) => geometricRate(levels),
  gaussian: (_: tf.Tensor4D[], levels: tf.Tensor4D[]) => gaussianRate(levels),
};

/** Names of how bits are estimated. */
export const learnedRates = Object.keys(rates) as LearnedRate[];

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
  { rounding = 'cubicSte', gradient = 'rounding', rate = 'marginal', stepScale = 1 }: LearnedCodingOptions = {},
): LearnedCoding {
  const [, height, width] = images.shape;
  if (system.attention && (height % SIDE !== 0 || width % SIDE !== 0))
    throw new RangeError(
      `codeLearned: with attention width and height must be multiples of ${SIDE}, got ${width} x ${height}: pad images, or use smoothPicture`,
    );
  return tf.tidy(() => {
    const steps = tf.clipByValue(stepsOfBlock(system.tables.steps()).mul<tf.Tensor1D>(stepScale), 1, 255);
    const { coefficients, factors } = smoothedCoefficients(system, images, steps);
    const unrounded = coefficients.div<tf.Tensor4D>(steps);
    const levels =
      gradient === 'projected'
        ? projectedLevels(coefficients, steps, roundings[rounding])
        : (roundings[rounding](unrounded) as tf.Tensor4D);
    const decoded = publishedImages(levels.mul(steps), [height, width]);
    const bits = rates[rate](planesOfBlocks(unrounded), planesOfBlocks(levels));
    return { decoded, rate: bits, ...(factors && { factors }) };
  });
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
