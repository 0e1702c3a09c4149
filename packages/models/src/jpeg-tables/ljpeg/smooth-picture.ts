import { toPictures, toTensor } from '@sandwich/codec-proxy';
import type { JpegCoefficients } from '@sandwich/codecs';
import { tf, valuesOf } from '@sandwich/engine';
import { cropPicture, type Picture, toRgb } from '@sandwich/pictures';
import { fileTables } from '../file-tables.js';
import { factorsInTiles } from './factors-in-tiles.js';
import type { LearnedJpeg } from './learned-jpeg.js';
import {
  allButDc,
  planesOfBlocks,
  publishedCoefficients,
  publishedImages,
  SIDE,
  stepsOfBlock,
} from './published-transform.js';

const upToBlocks = (length: number) => SIDE * Math.ceil(length / SIDE);

/** A picture in colour whose last row and column are repeated up to whole blocks, as JPEG does it. */
export function inWholeBlocks(picture: Picture<Uint8Array>): Picture<Uint8Array, 3> {
  const { data, width, height } = toRgb(picture) as Picture<Uint8Array>;
  const [columns, rows] = [upToBlocks(width), upToBlocks(height)];
  const values = new Uint8Array(3 * columns * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const from = 3 * (Math.min(y, height - 1) * width + Math.min(x, width - 1));
      values.set(data.subarray(from, from + 3), 3 * (y * columns + x));
    }
  }
  return { data: values, width: columns, height: rows, channels: 3 };
}

/** Coefficients of a picture in whole blocks, their factors, and the steps of a file. */
function attended(system: LearnedJpeg, whole: Picture<Uint8Array, 3>, stepScale: number) {
  const images = toTensor(whole);
  const coefficients = publishedCoefficients(images);
  const { luma, chroma } = fileTables(system.tables.stepValues(), stepScale);
  const steps = stepsOfBlock({ luma: tf.tensor1d(Array.from(luma)), chroma: tf.tensor1d(Array.from(chroma)) });
  const factors = factorsInTiles(system.attention!, { images, coefficients, steps });
  return { coefficients, factors, steps };
}

/**
 * A picture as a system's attention smooths it for files with its tables: an ordinary picture, for any codec. Without attention it is the
 * picture itself.
 *
 * @param picture of 8 bits; grey ones become RGB with attention
 * @param stepScale factor on the tables' steps. Default 1
 */
export function smoothPicture(system: LearnedJpeg, picture: Picture<Uint8Array>, stepScale = 1): Picture<Uint8Array> {
  if (!system.attention) return picture;
  const whole = inWholeBlocks(picture);
  const [smoothed] = toPictures(() => {
    const { coefficients, factors } = attended(system, whole, stepScale);
    return publishedImages(coefficients.mul(factors), [whole.height, whole.width]);
  });
  return cropPicture(smoothed, { left: 0, top: 0, width: picture.width, height: picture.height });
}

/** The levels of a file of a picture that are rounded from smoothed coefficients themselves, as published. */
export function smoothLevels(system: LearnedJpeg, picture: Picture<Uint8Array>, stepScale = 1): JpegCoefficients {
  const whole = inWholeBlocks(picture);
  const levels = valuesOf(() => {
    const { coefficients, factors, steps } = attended(system, whole, stepScale);
    const rounded = tf.clipByValue(tf.round(coefficients.mul(factors).div(steps)), -1023, 1023) as tf.Tensor4D;
    return tf.stack(planesOfBlocks(rounded));
  });
  const length = levels.length / 3;
  const coefficients = [0, 1, 2].map((plane) => levels.subarray(plane * length, (plane + 1) * length));
  return { width: picture.width, height: picture.height, coefficients };
}

/** Where attention keeps coefficients, in gray levels, a pixel for each of the picture: the mean over the factors of a block. */
export function attentionPicture(
  system: LearnedJpeg,
  picture: Picture<Uint8Array>,
  stepScale = 1,
): Picture<Uint8Array> {
  const whole = inWholeBlocks(picture);
  const [shown] = toPictures(() => {
    const { coefficients, factors, steps } = attended(system, whole, stepScale);
    const [, rows, columns] = factors.shape;
    // Factors of coefficients that are not 0 in the file tell something; the share of their sum that is kept is shown.
    const magnitudes = coefficients.div(steps).abs();
    const alone = allButDc();
    const kept = magnitudes.mul(factors).mul(alone).sum(3).div(magnitudes.mul(alone).sum(3).add(1e-3));
    const blocks = kept.mul(255).reshape<tf.Tensor4D>([1, rows, columns, 1]);
    return tf.image.resizeNearestNeighbor(blocks, [whole.height, whole.width]) as tf.Tensor4D;
  });
  return cropPicture(shown, { left: 0, top: 0, width: picture.width, height: picture.height });
}
