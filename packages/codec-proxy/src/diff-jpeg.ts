import { tf } from '@sandwich/engine';
import { enlargeChroma, reduceChroma } from './chroma-resampling.js';
import { mixChannels } from './colorspace.js';
import { straightThrough } from './custom-gradient.js';
import { BLOCK_AREA, BLOCK_SIZE, blockDct, inverseBlockDct } from './dct.js';
import { codeReal, fileBits } from './diff-jpeg-file.js';
import { type DiffJpegModel, diffJpegModel, GREY } from './diff-jpeg-model.js';
import type { DiffJpegOptions } from './diff-jpeg-options.js';
import { integerDct, integerInverseDct } from './integer-dct.js';
import { jpegRate } from './rate-models.js';
import { fromRawImages } from './real-images.js';
import { crop, multipleOf, replicateEdges } from './replicate-edges.js';
import { floorThrough, softClip } from './soft-steps.js';
import { splitChannels } from './split-channels.js';

/** Quantised levels of each plane, [B, h, w, 64], by vertical and then horizontal frequency; luma alone in grayscale. */
export interface JpegLevels {
  y: tf.Tensor4D;
  cb?: tf.Tensor4D;
  cr?: tf.Tensor4D;
}

// libjpeg rounds halves away from zero, `tf.round` to the even neighbour: levels grow by this much before that.
const AWAY_FROM_ZERO = 1 + 2 ** -21;
// Halves of chroma go down in libjpeg's colour conversion, whose sums are multiples of 2^-16.
const JUST_BELOW_HALF = 0.5 - 2 ** -16;

/**
 * Differentiable JPEG: codes and decodes images, with gradients to the images, the quality, both quantisation tables, the
 * colour matrix and its offset (Reich, Debnath, Patel and Chakradhar, "Differentiable JPEG: The Devil is in the Details", WACV
 * 2024). By default it computes what their published code does; options make it come closer to libjpeg, up to the real codec itself.
 *
 * @param image [B, H, W, 3] or [B, H, W, 1], in [0, 255], of any size; padded to whole blocks by repeating its edges and cropped back
 * @param quality one an image, [B], in [1, 100], not necessarily whole
 * @returns the decoded images, of the shape of `image`, not rounded; in [0, 255], which without `ste` it leaves a little
 * @throws RangeError naming the argument and its value, on shapes, on elements that are not finite, and on those out of range
 * @example
 * const decoded = diffJpeg(images, tf.fill([batch], 30), { ste: true, subsampling: '4:4:4' });
 */
export function diffJpeg(image: tf.Tensor4D, quality: tf.Tensor1D, options: DiffJpegOptions = {}): tf.Tensor4D {
  return tf.tidy(() => code('diffJpeg', image, quality, options).decoded);
}

/**
 * {@link diffJpeg} with the rate of the real files of the images, in the same tables, with optimised Huffman codes.
 *
 * @returns `decoded` as `diffJpeg` returns it; `rate`, bits an image, [B], whose value is the size of the file, less a part in about
 * the square of the number of levels that are not 0 unless forward is `real`, and whose gradient is that of the sum of
 * ln(1 + |level|), scaled to fit
 * @throws RangeError as {@link diffJpeg}
 */
export function diffJpegWithRate(
  image: tf.Tensor4D,
  quality: tf.Tensor1D,
  options: DiffJpegOptions = {},
): { decoded: tf.Tensor4D; rate: tf.Tensor1D } {
  return tf.tidy(() => {
    const { decoded, levels, model, files } = code('diffJpegWithRate', image, quality, options);
    if (!files) return { decoded, rate: jpegRate(levels, fileBits(image, model)) };
    const bits = files.map(({ size }) => 8 * size);
    return { decoded, rate: straightThrough(jpegRate(levels, bits), () => tf.tensor1d(bits)) };
  });
}

function code(caller: string, image: tf.Tensor4D, quality: tf.Tensor1D, options: DiffJpegOptions) {
  assertImages(caller, image);
  const [batch, height, width, channels] = image.shape;
  const model = diffJpegModel(caller, [batch, channels], quality, options, image);
  const levels = encodePlanes(image, model);
  const proxied = decodePlanes(levels, [height, width, channels], model);
  if (options.forward !== 'real') return { decoded: proxied, levels, model };
  const files = codeReal(image, model);
  const decoded = straightThrough(proxied, () => {
    const real = fromRawImages(files.map((file) => file.image));
    return real.shape[3] === channels ? real : tf.tile(real, [1, 1, 1, channels]);
  });
  return { decoded, levels, model, files };
}

/**
 * The encoder of {@link diffJpeg}.
 *
 * @returns quantised levels, whole numbers only with `ste` or a rounding that makes them so. Planes are as large as their blocks:
 * [ceil(H / 8), ceil(W / 8)], and half of that, rounded up, for chroma along sides at which it is halved
 * @throws RangeError as {@link diffJpeg}
 */
export function diffJpegEncode(image: tf.Tensor4D, quality: tf.Tensor1D, options: DiffJpegOptions = {}): JpegLevels {
  assertImages('diffJpegEncode', image);
  return tf.tidy(() => {
    const [batch, , , channels] = image.shape;
    const model = diffJpegModel('diffJpegEncode', [batch, channels], quality, options, image);
    const [y, cb, cr] = encodePlanes(image, model).flatMap((planes) =>
      splitChannels(planes, new Array(planes.shape[3] / BLOCK_AREA).fill(BLOCK_AREA)),
    );
    return { y, ...(cb && { cb }), ...(cr && { cr }) };
  });
}

/**
 * The decoder of {@link diffJpeg}.
 *
 * @param levels as {@link diffJpegEncode} returns them
 * @param size [H, W] of the images
 * @returns [B, H, W, 3]; [B, H, W, 1] if there is no chroma
 * @throws RangeError naming the argument and its value
 */
export function diffJpegDecode(
  { y, cb, cr }: JpegLevels,
  quality: tf.Tensor1D,
  [height, width]: [number, number],
  options: DiffJpegOptions = {},
): tf.Tensor4D {
  return tf.tidy(() => {
    const channels = cb && cr ? 3 : 1;
    const model = diffJpegModel('diffJpegDecode', [y.shape[0], channels], quality, options);
    const planes =
      !cb || !cr ? [y] : model.subsampling === '4:4:4' ? [tf.concat([y, cb, cr], 3)] : [y, tf.concat([cb, cr], 3)];
    return decodePlanes(planes, [height, width, channels], model);
  });
}

/** Levels of the planes that share a size: all of them, or luma and then chroma. */
function encodePlanes(image: tf.Tensor4D, model: DiffJpegModel): tf.Tensor4D[] {
  return samplePlanes(image, model).map((samples) =>
    quantize(blockDct(wholeBlocks(samples), model.integer ? integerDct : undefined), model),
  );
}

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

function quantize(coefficients: tf.Tensor4D, model: DiffJpegModel): tf.Tensor4D {
  const levels = coefficients.div(stepsOf(coefficients, model));
  return model.rounding(model.integer ? levels.mul(AWAY_FROM_ZERO) : levels) as tf.Tensor4D;
}

/** Quantiser steps of all planes of a group, [B, 1, 1, planes * 64]. */
function stepsOf({ shape: [batch, , , depth] }: tf.Tensor4D, { steps: { y, c } }: DiffJpegModel): tf.Tensor4D {
  const planes = depth / BLOCK_AREA;
  const steps = planes === 1 ? [y] : planes === 2 ? [c, c] : [y, c, c];
  return tf.concat(steps, 1).reshape([batch, 1, 1, depth]);
}

function decodePlanes(
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
  if (planes.shape[3] === 1) return softClip(tf.tile(planes.add<tf.Tensor4D>(GREY), [1, 1, 1, channels]), 0, 255, hard);
  const rgb = mixChannels(planes.sub<tf.Tensor4D>(shift), decodeMatrix);
  return softClip(integer ? floorThrough(rgb, 0.5) : rgb, 0, 255, hard);
}

function assertImages(caller: string, image: tf.Tensor4D): void {
  if (image.rank !== 4 || image.size === 0 || (image.shape[3] !== 1 && image.shape[3] !== 3)) {
    throw new RangeError(
      `${caller}: image must be [B, H, W, 3] or [B, H, W, 1] and not empty, got [${image.shape.join(', ')}]`,
    );
  }
}
