import { ScanWriter } from './bit-packer.js';
import { codeScan } from './entropy-coder.js';
import { canonicalCodes } from './huffman-table.js';
import { imageToFrame } from './image-to-frame.js';
import type { JpegFrame } from './jpeg-frame.js';
import { END_OF_IMAGE, headerSegments } from './jpeg-markers.js';
import { type JpegOptions, LARGEST_JPEG_SIDE, resolveJpegOptions } from './jpeg-options.js';
import { assertRawImage, type RawImage } from './raw-image.js';
import { scanHuffmanTables } from './scan-huffman-tables.js';

/**
 * Encodes an image as a baseline JPEG file (ITU-T T.81, JFIF 1.01), byte for byte the one that libjpeg-turbo writes with its accurate
 * integer transform: grayscale for one channel, YCbCr for three.
 *
 * @param image RGB or luma, 0 to 255, sides of 1 to 65500
 * @param options quantisation tables or quality, chroma subsampling, Huffman tables
 * @returns the file
 * @throws RangeError naming the argument and its value
 *
 * @example
 * const file = encodeJpeg(image, { tables: flatTables(12), subsampling: '4:4:4', optimizeHuffman: true });
 */
export function encodeJpeg(image: RawImage, options: JpegOptions = {}): Uint8Array {
  assertRawImage(image, 'encodeJpeg', LARGEST_JPEG_SIDE);
  const settings = resolveJpegOptions(options, 'encodeJpeg');
  return writeFrame(imageToFrame(image, settings), settings.optimizeHuffman);
}

function writeFrame(frame: JpegFrame, optimizeHuffman: boolean): Uint8Array {
  const huffmanTables = scanHuffmanTables(frame, optimizeHuffman);
  const writer = new ScanWriter(canonicalCodes(huffmanTables));
  codeScan(frame, writer);
  const header = headerSegments(frame, huffmanTables);
  const scan = writer.finish();
  const file = new Uint8Array(header.length + scan.length + END_OF_IMAGE.length);
  file.set(header);
  file.set(scan, header.length);
  file.set(END_OF_IMAGE, header.length + scan.length);
  return file;
}
