import {
  annexKTables,
  type JpegOptions,
  jpegSize,
  lumaBt601,
  type SimulatedJpeg,
  simulateJpeg,
} from '@sandwich/codecs';
import type { tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { BLOCK_AREA } from './dct.js';
import type { DiffJpegModel } from './diff-jpeg-model.js';
import { toPictures } from './tensor-pictures.js';

/** What libjpeg makes of images in files with the tables of the model and optimised Huffman codes: decoded images and sizes in bytes. */
export const codeReal = (images: tf.Tensor4D, model: DiffJpegModel): SimulatedJpeg[] =>
  filesOf(images, model).map(({ image, options }) => simulateJpeg(image, options));

/** Bits of those files. */
export const fileBits = (images: tf.Tensor4D, model: DiffJpegModel): number[] =>
  filesOf(images, model).map(({ image, options }) => 8 * jpegSize(image, options));

function filesOf(
  images: tf.Tensor4D,
  { subsampling, values }: DiffJpegModel,
): { image: Picture<Uint8Array>; options: JpegOptions }[] {
  const { quality, tableY, tableC } = values;
  return toPictures(images).map((image, i) => {
    const luma = scaledTable(tableY ?? annexKTables.luma, i, quality[i]);
    const chroma = scaledTable(tableC ?? annexKTables.chroma, i, quality[i]);
    const tables = { luma, chroma };
    return subsampling === '4:0:0'
      ? { image: lumaBt601(image), options: { tables, optimizeHuffman: true } }
      : { image, options: { tables, subsampling, optimizeHuffman: true } };
  });
}

/** The table of an image, the only one or one of several, scaled to a quality as libjpeg does, which need not be whole. */
function scaledTable(tables: ArrayLike<number>, index: number, quality: number): number[] {
  const percent = Math.floor(quality < 50 ? 5000 / quality : 200 - 2 * quality);
  const start = tables.length > BLOCK_AREA ? index * BLOCK_AREA : 0;
  return Array.from({ length: BLOCK_AREA }, (_, i) =>
    Math.min(Math.max(Math.floor((tables[start + i] * percent + 50) / 100), 1), 255),
  );
}
