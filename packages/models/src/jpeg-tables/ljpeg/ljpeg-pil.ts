import { encodeJpeg, scaledTables } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import { publishedAnnexK, transposedTables } from './published-tables.js';

/** How `ljpegPil` writes a file. */
export interface LjpegPilOptions {
  /** Rounds Annex K's tables as `publishedAnnexK` does, where libjpeg floors them. Default false. */
  roundedTables?: boolean;
  /** Writes the luma table transposed, as the published evaluation does. Default false. */
  transposedLuma?: boolean;
  /** Huffman codes made to the measure of the picture; the published evaluation takes those of Annex K. Default true. */
  optimizeHuffman?: boolean;
}

/**
 * The plain JPEG file that LearnedJPEG is compared with (ljpeg_PIL), byte for byte that of Pillow: Annex K's tables at a quality, 4:4:4.
 *
 * @param picture of 8 bits
 * @param quality 1 to 100
 * @throws RangeError for another quality
 */
export function ljpegPil(
  picture: Picture<Uint8Array>,
  quality: number,
  { roundedTables = false, transposedLuma = false, optimizeHuffman = true }: LjpegPilOptions = {},
): Uint8Array {
  const tables = roundedTables ? publishedAnnexK(quality) : scaledTables(quality);
  const written = transposedLuma ? { ...tables, luma: transposedTables(tables).luma } : tables;
  return encodeJpeg(picture, { tables: written, subsampling: '4:4:4', optimizeHuffman });
}
