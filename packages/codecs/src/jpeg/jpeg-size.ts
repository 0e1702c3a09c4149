import { huffmanCodedScan } from './huffman/huffman-coded-scan.js';
import { ScanSizer } from './huffman/scan-writer.js';
import type { FrameHeader, JpegFrame } from './jpeg-frame.js';
import { END_OF_IMAGE, headerSegments } from './jpeg-markers.js';
import { type JpegOptions, resolveJpegOptions } from './jpeg-options.js';
import { assertJpegSource, type JpegSource, sourceBands, sourceHeader } from './jpeg-source.js';

/**
 * Tells how long the file is, in bytes, that `encodeJpeg` would write, without writing it.
 *
 * @param source RGB or luma, 0 to 255, sides of 1 to 65500; or quantised coefficients
 * @param options as for `encodeJpeg`
 * @throws RangeError naming the argument and its value
 */
export function jpegSize(source: JpegSource, options: JpegOptions = {}): number {
  const settings = resolveJpegOptions(options, 'jpegSize');
  assertJpegSource(source, settings, 'jpegSize');
  return sizeOfBands(sourceHeader(source, settings), sourceBands(source, settings), settings.optimizeHuffman);
}

/** Length in bytes of the file that holds a frame, given in bands. */
export function sizeOfBands(frame: FrameHeader, bands: Iterable<JpegFrame>, optimizeHuffman: boolean): number {
  const { huffmanTables, packer } = huffmanCodedScan(bands, frame.components.length, optimizeHuffman, ScanSizer);
  return headerSegments(frame, huffmanTables).length + packer.finish() + END_OF_IMAGE.length;
}
