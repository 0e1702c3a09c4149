import { ScanSizer } from './bit-packer.js';
import { codeScan } from './entropy-coder.js';
import { canonicalCodes } from './huffman-table.js';
import { imageToFrame } from './image-to-frame.js';
import type { JpegFrame } from './jpeg-frame.js';
import { END_OF_IMAGE, headerSegments } from './jpeg-markers.js';
import { type JpegOptions, LARGEST_JPEG_SIDE, resolveJpegOptions } from './jpeg-options.js';
import { assertRawImage, type RawImage } from './raw-image.js';
import { scanHuffmanTables } from './scan-huffman-tables.js';

/**
 * Tells how long the file is, in bytes, that `encodeJpeg` would write, without writing it.
 *
 * @param image RGB or luma, 0 to 255, sides of 1 to 65500
 * @param options as for `encodeJpeg`
 * @throws RangeError naming the argument and its value
 */
export function jpegSize(image: RawImage, options: JpegOptions = {}): number {
  assertRawImage(image, 'jpegSize', LARGEST_JPEG_SIDE);
  const settings = resolveJpegOptions(options, 'jpegSize');
  return frameSize(imageToFrame(image, settings), settings.optimizeHuffman);
}

function frameSize(frame: JpegFrame, optimizeHuffman: boolean): number {
  const huffmanTables = scanHuffmanTables(frame, optimizeHuffman);
  const sizer = new ScanSizer(canonicalCodes(huffmanTables));
  codeScan(frame, sizer);
  return headerSegments(frame, huffmanTables).length + sizer.finish() + END_OF_IMAGE.length;
}
