import { decodePixels, type Picture } from '@sandwich/pictures';
import { assertBytes } from '../codec.js';

/**
 * Decodes a JPEG file with libjpeg-turbo, through sharp. Samples are those of the file: embedded colour profiles and orientation are
 * left aside.
 *
 * @param bytes the whole file
 * @returns one channel for a grayscale file, RGB for any other
 * @throws Error when the bytes are not a JPEG file, or one that is truncated, damaged or over sharp's limit of 268 megapixels
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<Picture<Uint8Array>> {
  assertBytes(bytes, 'decodeJpeg');
  if (!isJpeg(bytes)) {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new Error(`decodeJpeg: not a JPEG file: ${bytes.length} bytes that begin with "${start}" instead of "ff d8"`);
  }
  return decodePixels(bytes).catch((error: Error) => {
    throw new Error(`decodeJpeg: cannot decode the JPEG file of ${bytes.length} bytes, is it whole? ${error.message}`, {
      cause: error.cause,
    });
  });
}

/** Whether bytes begin as a JPEG file does, with the marker of a start of image. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8;
}
