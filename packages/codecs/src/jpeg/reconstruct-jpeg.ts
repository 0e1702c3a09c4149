import type { Picture } from '@sandwich/pictures';
import { frameToImage } from './frame-to-image.js';
import { type JpegOptions, resolveJpegOptions } from './jpeg-options.js';
import { sizeOfBands } from './jpeg-size.js';
import { assertJpegSource, type JpegSource, sourceFrame } from './jpeg-source.js';

/**
 * Gives the pixels that libjpeg-turbo decodes, with its default settings, from the file that `encodeJpeg` would write, bit for bit, and
 * neither writes nor reads that file.
 *
 * @param source RGB or luma, 0 to 255, sides of 1 to 65500; or quantised coefficients
 * @param options as for `encodeJpeg`
 * @returns image of the same size and channels
 * @throws RangeError naming the argument and its value
 */
export function reconstructJpeg(source: JpegSource, options: JpegOptions = {}): Picture<Uint8Array> {
  const settings = resolveJpegOptions(options, 'reconstructJpeg');
  assertJpegSource(source, settings, 'reconstructJpeg');
  return frameToImage(sourceFrame(source, settings), settings.subsampling);
}

/** What becomes of an image in a JPEG file. */
export interface SimulatedJpeg {
  /** The decoded image. */
  image: Picture<Uint8Array>;
  /** Length of the file in bytes. */
  size: number;
}

/**
 * {@link reconstructJpeg} and `jpegSize` in one call, at the price of one transform.
 *
 * @param source RGB or luma, 0 to 255, sides of 1 to 65500; or quantised coefficients
 * @param options as for `encodeJpeg`
 * @throws RangeError naming the argument and its value
 *
 * @example
 * const { image: decoded, size } = simulateJpeg(image, { quality: 30, optimizeHuffman: true });
 * const bitsPerPixel = (8 * size) / (image.width * image.height);
 */
export function simulateJpeg(source: JpegSource, options: JpegOptions = {}): SimulatedJpeg {
  const settings = resolveJpegOptions(options, 'simulateJpeg');
  assertJpegSource(source, settings, 'simulateJpeg');
  const frame = sourceFrame(source, settings);
  return {
    image: frameToImage(frame, settings.subsampling),
    size: sizeOfBands(frame, [frame], settings.optimizeHuffman),
  };
}
