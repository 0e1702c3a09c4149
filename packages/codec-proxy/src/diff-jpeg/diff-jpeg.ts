import { tf, warnOfUnitRange } from '@sandwich/engine';
import { straightThrough } from '../custom-gradient.js';
import { jpegRate } from '../rate/rate-models.js';
import { unroundedRate } from '../rate/unrounded-rate.js';
import { chromaFactors } from '../resampling/chroma-resampling.js';
import { splitChannels } from '../split-channels.js';
import { BLOCK_AREA, BLOCK_SIZE } from '../transforms/dct.js';
import { codeReal, fileBits } from './diff-jpeg-file.js';
import { type DiffJpegModel, diffJpegModel } from './diff-jpeg-model.js';
import type { DiffJpegOptions } from './diff-jpeg-options.js';
import { coefficientsOfPlanes, decodePlanes, quantize, roundLevels, stepsOf } from './diff-jpeg-planes.js';

/** Quantised levels of each plane, [B, h, w, 64], by vertical and then horizontal frequency; luma alone in grayscale. */
export interface JpegLevels {
  y: tf.Tensor4D;
  cb?: tf.Tensor4D;
  cr?: tf.Tensor4D;
}

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
 * the square of the number of levels that are not 0 unless forward is `real` or `rateOf` is `unrounded`, and whose gradient is that of
 * the sum of ln(1 + |level|), scaled to fit; with `rateModel`, what that makes of the levels
 * @throws RangeError as {@link diffJpeg}
 */
export function diffJpegWithRate(
  image: tf.Tensor4D,
  quality: tf.Tensor1D,
  options: DiffJpegOptions = {},
): { decoded: tf.Tensor4D; rate: tf.Tensor1D } {
  return tf.tidy(() => {
    const { decoded, coefficients, levels, model, files } = code('diffJpegWithRate', image, quality, options);
    const { rateModel, rateOf, projected } = model;
    const steps = coefficients.map((c) => stepsOf(c, model));
    const unrounded = () => coefficients.map((c, i) => c.div<tf.Tensor4D>(steps[i]));
    // A projected gradient is that of the distortion only.
    const rounded = projected ? unrounded().map((u, i) => roundLevels(u, steps[i], model)) : levels;
    if (rateModel) {
      const rate = rateModel({ unrounded: unrounded(), levels: rounded, steps });
      return { decoded, rate: files ? straightThrough(rate, () => files.bits.clone()) : rate };
    }
    const bits = files?.bits ?? fileBits(image, model);
    if (rateOf === 'unrounded') return { decoded, rate: unroundedRate(unrounded(), levels, bits) };
    const rate = jpegRate(rounded, bits);
    return { decoded, rate: files ? straightThrough(rate, () => bits.clone()) : rate };
  });
}

function code(caller: string, image: tf.Tensor4D, quality: tf.Tensor1D, options: DiffJpegOptions) {
  checkImages(caller, image);
  const [batch, height, width, channels] = image.shape;
  const model = diffJpegModel(caller, [batch, channels], quality, options, image);
  const coefficients = coefficientsOfPlanes(image, model);
  const levels = coefficients.map((c) => quantize(c, model));
  const proxied = decodePlanes(levels, [height, width, channels], model);
  if (options.forward !== 'real') return { decoded: proxied, coefficients, levels, model };
  const files = codeReal(image, model);
  const decoded = straightThrough(proxied, () => {
    const real = files.decoded;
    return real.shape[3] === channels ? real.clone() : tf.tile(real, [1, 1, 1, channels]);
  });
  return { decoded, coefficients, levels, model, files };
}

/**
 * The encoder of {@link diffJpeg}.
 *
 * @returns quantised levels, whole numbers only with `ste` or a rounding that makes them so. Planes are as large as their blocks:
 * [ceil(H / 8), ceil(W / 8)], and half of that, rounded up, for chroma along sides at which it is halved
 * @throws RangeError as {@link diffJpeg}
 */
export function diffJpegEncode(image: tf.Tensor4D, quality: tf.Tensor1D, options: DiffJpegOptions = {}): JpegLevels {
  checkImages('diffJpegEncode', image);
  return tf.tidy(() => {
    const [batch, , , channels] = image.shape;
    const model = diffJpegModel('diffJpegEncode', [batch, channels], quality, options, image);
    const levels = coefficientsOfPlanes(image, model).map((c) => quantize(c, model));
    const [y, cb, cr] = levels.flatMap((planes) =>
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
  levels: JpegLevels,
  quality: tf.Tensor1D,
  [height, width]: [number, number],
  options: DiffJpegOptions = {},
): tf.Tensor4D {
  return tf.tidy(() => {
    const { y, cb, cr } = levels;
    const channels = cb && cr ? 3 : 1;
    const model = diffJpegModel('diffJpegDecode', [y.shape[0], channels], quality, options);
    assertLevels(levels, [height, width], model);
    const planes =
      !cb || !cr ? [y] : model.subsampling === '4:4:4' ? [tf.concat([y, cb, cr], 3)] : [y, tf.concat([cb, cr], 3)];
    return decodePlanes(planes, [height, width, channels], model);
  });
}

function checkImages(caller: string, image: tf.Tensor4D): void {
  if (image.rank !== 4 || image.size === 0 || (image.shape[3] !== 1 && image.shape[3] !== 3)) {
    throw new RangeError(
      `${caller}: image must be [B, H, W, 3] or [B, H, W, 1] and not empty, got [${image.shape.join(', ')}]`,
    );
  }
  warnOfUnitRange(caller, [image]);
}

function assertLevels({ y, cb, cr }: JpegLevels, [height, width]: [number, number], model: DiffJpegModel): void {
  const { horizontal, vertical } = model.factors ?? chromaFactors['4:4:4'];
  for (const [name, plane] of Object.entries({ y, cb, cr })) {
    if (!plane) continue;
    const [across, down] = name === 'y' ? [1, 1] : [horizontal, vertical];
    const rows = Math.ceil(Math.ceil(height / down) / BLOCK_SIZE);
    const columns = Math.ceil(Math.ceil(width / across) / BLOCK_SIZE);
    const expected = [y.shape[0], rows, columns, BLOCK_AREA];
    if (plane.shape.join() !== expected.join()) {
      throw new RangeError(
        `diffJpegDecode: levels.${name} of ${height} x ${width} pixels must have shape [${expected.join(', ')}], got [${plane.shape.join(', ')}]`,
      );
    }
  }
}
