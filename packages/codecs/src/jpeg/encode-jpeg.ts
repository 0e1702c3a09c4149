import { huffmanCodedScan } from './huffman/huffman-coded-scan.js';
import { ScanWriter } from './huffman/scan-writer.js';
import { END_OF_IMAGE, headerSegments } from './jpeg-markers.js';
import { type JpegOptions, resolveJpegOptions } from './jpeg-options.js';
import { assertJpegSource, type JpegSource, sourceBands, sourceHeader } from './jpeg-source.js';

/**
 * Encodes an image as a baseline JPEG file (ITU-T T.81, JFIF 1.01), byte for byte the one that libjpeg-turbo writes with its accurate
 * integer transform: grayscale for one channel, YCbCr for three. Beside the image and the file, memory is taken for a band of the image
 * and, with `optimizeHuffman`, four bytes for each coefficient that is not zero.
 *
 * @param source RGB or luma, 0 to 255, sides of 1 to 65500; or quantised coefficients
 * @param options quantisation tables or quality, chroma subsampling, Huffman tables
 * @returns the file
 * @throws RangeError naming the argument and its value
 *
 * @example
 * const file = encodeJpeg(image, { tables: flatTables(12), subsampling: '4:4:4', optimizeHuffman: true });
 */
export function encodeJpeg(source: JpegSource, options: JpegOptions = {}): Uint8Array {
  const settings = resolveJpegOptions(options, 'encodeJpeg');
  assertJpegSource(source, settings, 'encodeJpeg');
  const frame = sourceHeader(source, settings);
  const bands = sourceBands(source, settings);
  const { huffmanTables, packer } = huffmanCodedScan(
    bands,
    frame.components.length,
    settings.optimizeHuffman,
    ScanWriter,
  );
  const header = headerSegments(frame, huffmanTables);
  const scan = packer.finish();
  const file = new Uint8Array(header.length + scan.length + END_OF_IMAGE.length);
  file.set(header);
  file.set(scan, header.length);
  file.set(END_OF_IMAGE, header.length + scan.length);
  return file;
}
