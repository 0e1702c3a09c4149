import { HUFFMAN_TABLE } from './jpeg-markers.js';
import { endMarkOf, jpegSegments } from './jpeg-segments.js';

/**
 * Bytes of a JPEG file from its first Huffman table up to, and without, its end mark: Huffman tables and scan, without headers and quantisation tables, as
 * the neural imaging toolbox counts JPEG beside codecs whose files have no headers.
 *
 * @throws Error when it is no whole baseline JPEG file with Huffman tables before its scan
 */
export function effectiveJpegSize(file: Uint8Array): number {
  const end = endMarkOf(file, 'effectiveJpegSize');
  for (const { marker, start } of jpegSegments(file)) if (marker === HUFFMAN_TABLE) return end - start;
  throw new Error('effectiveJpegSize: the file has no Huffman tables before its scan');
}
