import {
  annexKTables,
  type JpegOptions,
  jpegSize,
  lumaBt601,
  type SimulatedJpeg,
  simulateJpeg,
} from '@sandwich/codecs';
import { computeOnHost, type tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { picturesOf, valuesOfPictures } from '../tensor-pictures.js';
import { BLOCK_AREA } from '../transforms/dct.js';
import type { DiffJpegModel } from './diff-jpeg-model.js';

/** What a file holds, and how it is written. */
interface FilePlan {
  image: Picture<Uint8Array>;
  options: JpegOptions;
}

/**
 * What libjpeg makes of images in files with the tables of the model and optimised Huffman codes.
 *
 * @returns the decoded images, [B, H, W, 1] in grayscale and else [B, H, W, 3], and the bits of the files, [B]
 */
export function codeReal(images: tf.Tensor4D, model: DiffJpegModel): { decoded: tf.Tensor4D; bits: tf.Tensor1D } {
  const [batch, height, width] = images.shape;
  const shape = [batch, height, width, model.subsampling === '4:0:0' ? 1 : 3];
  const [decoded, bits] = onHost(images, model, [shape, [batch]], (files) => {
    const coded: SimulatedJpeg[] = files.map(({ image, options }) => simulateJpeg(image, options));
    return [valuesOfPictures(coded.map(({ image }) => image)), Float32Array.from(coded, ({ size }) => 8 * size)];
  });
  return { decoded: decoded as tf.Tensor4D, bits: bits as tf.Tensor1D };
}

/** Bits of those files, [B]. */
export function fileBits(images: tf.Tensor4D, model: DiffJpegModel): tf.Tensor1D {
  const [bits] = onHost(images, model, [[images.shape[0]]], (files) => [
    Float32Array.from(files, ({ image, options }) => 8 * jpegSize(image, options)),
  ]);
  return bits as tf.Tensor1D;
}

function onHost(
  images: tf.Tensor4D,
  { subsampling, quality, tables: [tableY, tableC] }: DiffJpegModel,
  shapes: number[][],
  compute: (files: FilePlan[]) => Float32Array[],
): tf.Tensor[] {
  const given = [tableY, tableC].flatMap((table) => table ?? []);
  return computeOnHost([images, quality, ...given], shapes, (pixels, qualities, ...values) => {
    const luma = tableY ? values.shift()! : annexKTables.luma;
    const chroma = tableC ? values.shift()! : annexKTables.chroma;
    const files = picturesOf(pixels, images.shape).map((image, i): FilePlan => {
      const tables = { luma: scaledTable(luma, i, qualities[i]), chroma: scaledTable(chroma, i, qualities[i]) };
      return subsampling === '4:0:0'
        ? { image: lumaBt601(image), options: { tables, optimizeHuffman: true } }
        : { image, options: { tables, subsampling, optimizeHuffman: true } };
    });
    return compute(files);
  });
}

/**
 * The table of an image, scaled to a quality as libjpeg does, which need not be whole.
 *
 * @param tables the only one, or one of each image
 */
export function scaledTable(tables: ArrayLike<number>, index: number, quality: number): number[] {
  const percent = Math.floor(quality < 50 ? 5000 / quality : 200 - 2 * quality);
  const start = tables.length > BLOCK_AREA ? index * BLOCK_AREA : 0;
  return Array.from({ length: BLOCK_AREA }, (_, i) =>
    Math.min(Math.max(Math.floor((tables[start + i] * percent + 50) / 100), 1), 255),
  );
}
