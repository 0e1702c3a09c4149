import { tf } from '@sandwich/engine';
import { multipleOf } from '@sandwich/pictures';
import { enlargeChroma, reduceChroma } from '../resampling/chroma-resampling.js';
import { crop, replicateEdges } from '../resampling/replicate-edges.js';
import { projectedLevels } from '../rounding/gradient-projection.js';
import { floorThrough, softClip } from '../rounding/soft-steps.js';
import { splitChannels } from '../split-channels.js';
import { mixChannels } from '../transforms/colorspace.js';
import { BLOCK_AREA, BLOCK_SIZE, blockDct, GREY, inverseBlockDct } from '../transforms/dct.js';
import { integerDct, integerInverseDct } from '../transforms/integer-dct.js';
import type { DiffJpegModel } from './diff-jpeg-model.js';

// libjpeg rounds halves away from zero, `tf.round` to the even neighbour: levels grow by this much before that.
const AWAY_FROM_ZERO = 1 + 2 ** -21;
// Halves of chroma go down in libjpeg's colour conversion, whose sums are multiples of 2^-16.
const JUST_BELOW_HALF = 0.5 - 2 ** -16;

/** DCT coefficients of the planes that share a size, [B, h, w, planes * 64]: all of them, or luma and then chroma. */
export const coefficientsOfPlanes = (image: tf.Tensor4D, model: DiffJpegModel): tf.Tensor4D[] =>
  samplePlanes(image, model).map((samples) => blockDct(wholeBlocks(samples), model.integer ? integerDct : undefined));

function samplePlanes(
  image: tf.Tensor4D,
  { factors, filter, integer, encodeMatrix, shift }: DiffJpegModel,
): tf.Tensor4D[] {
  const [, height, width, channels] = image.shape;
  const pixels = integer ? floorThrough(image, 0.5) : image;
  if (channels === 1) return [pixels.sub(GREY)];
  const shifted = mixChannels(pixels, encodeMatrix).add<tf.Tensor4D>(shift);
  const planes = integer ? floorThrough(shifted, tf.tensor1d([0.5, JUST_BELOW_HALF, JUST_BELOW_HALF])) : shifted;
  if (!factors) return [tf.slice(planes, [0, 0, 0, 0], [-1, -1, -1, 1])];
  const { horizontal, vertical } = factors;
  if (horizontal === 1) return [planes];
  const [luma, chroma] = splitChannels(planes, [1, 2]);
  // libjpeg fills up the right side before it takes means, and the lower one after.
  const padded = replicateEdges(chroma, multipleOf(vertical, height), multipleOf(horizontal * BLOCK_SIZE, width));
  return [luma, reduceChroma(padded, factors, filter, integer)];
}

const wholeBlocks = (samples: tf.Tensor4D): tf.Tensor4D =>
  replicateEdges(samples, multipleOf(BLOCK_SIZE, samples.shape[1]), multipleOf(BLOCK_SIZE, samples.shape[2]));

/** The levels of coefficients, with the gradient of the model's rounding, or projected. */
export function quantize(coefficients: tf.Tensor4D, model: DiffJpegModel): tf.Tensor4D {
  const steps = stepsOf(coefficients, model);
  return model.projected
    ? projectedLevels(coefficients, steps, (levels) => roundLevels(levels, steps, model))
    : roundLevels(coefficients.div(steps), steps, model);
}

/** Rounds levels of quantiser steps that broadcast against them, with the gradient of the model's rounding. */
export const roundLevels = (levels: tf.Tensor, steps: tf.Tensor, { integer, rounding }: DiffJpegModel): tf.Tensor4D =>
  rounding(integer ? levels.mul(AWAY_FROM_ZERO) : levels, steps) as tf.Tensor4D;

/** Quantiser steps of all planes of a group, [B, 1, 1, planes * 64]. */
export function stepsOf({ shape: [batch, , , depth] }: tf.Tensor4D, { steps: { y, c } }: DiffJpegModel): tf.Tensor4D {
  const planes = depth / BLOCK_AREA;
  const steps = planes === 1 ? [y] : planes === 2 ? [c, c] : [y, c, c];
  return tf.concat(steps, 1).reshape([batch, 1, 1, depth]);
}

/** The decoder, of images of that height, width and number of channels. */
export function decodePlanes(
  levels: tf.Tensor4D[],
  [height, width, channels]: [number, number, number],
  model: DiffJpegModel,
): tf.Tensor4D {
  const { factors, integer, hard, decodeMatrix, shift } = model;
  const [first, chroma] = levels.map((planes) => {
    const coefficients = planes.mul<tf.Tensor4D>(stepsOf(planes, model));
    if (!integer) return inverseBlockDct(coefficients);
    return softClip(inverseBlockDct(coefficients, integerInverseDct), -128, 127, hard);
  });
  let planes = crop(first, height, width);
  if (chroma && factors) {
    const { horizontal, vertical } = factors;
    const sampled = crop(chroma, Math.ceil(height / vertical), Math.ceil(width / horizontal));
    planes = tf.concat([planes, crop(enlargeChroma(sampled, factors, integer), height, width)], 3);
  }
  if (channels === 1) return softClip(planes.add<tf.Tensor4D>(GREY), 0, 255, hard);
  // Without chroma, as if that were neutral.
  const coded = planes.shape[3];
  const centred = planes.sub<tf.Tensor4D>(tf.slice(shift, 0, coded));
  const rgb = mixChannels(centred, tf.slice(decodeMatrix, [0, 0], [coded, 3]));
  return softClip(integer ? floorThrough(rgb, 0.5) : rgb, 0, 255, hard);
}
