import { loadSharp } from './load-sharp.js';
import type { RawImage } from './raw-image.js';

/**
 * Decodes a JPEG file with libjpeg-turbo, through sharp. Samples are those of the file: embedded colour profiles and orientation are
 * left aside.
 *
 * @param bytes the whole file
 * @returns one channel for a grayscale file, RGB for any other
 * @throws Error when the bytes are not a JPEG file, or one that is truncated, damaged or over sharp's limit of 268 megapixels
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<RawImage> {
  assertJpeg(bytes);
  const sharp = await loadSharp();
  const decoder = sharp(bytes, { failOn: 'warning', ignoreIcc: true });
  try {
    const channels = (await decoder.metadata()).channels === 1 ? 1 : 3;
    const samples = decoder.toColourspace(channels === 1 ? 'b-w' : 'srgb').raw();
    const { data, info } = await samples.toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, channels };
  } catch (error) {
    const reason = (error as Error).message.split('\n').at(-1);
    throw new Error(`decodeJpeg: cannot decode the JPEG file of ${bytes.length} bytes, is it whole? ${reason}`, {
      cause: error,
    });
  }
}

function assertJpeg(bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`decodeJpeg: bytes must be a Uint8Array, got ${Object.prototype.toString.call(bytes)}`);
  }
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new Error(`decodeJpeg: not a JPEG file: ${bytes.length} bytes that begin with "${start}" instead of "ff d8"`);
  }
}
