import { type CodecName, codecOfFile, codecs } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';

// Ordinary files, which any viewer shows, of pictures that a network has changed before.

/** Formats of ordinary files by extension. */
export const ordinaryFormats = {
  '.jpg': { codec: 'jpeg' },
  '.jpeg': { codec: 'jpeg' },
  '.webp': { codec: 'webp' },
  '.avif': { codec: 'avif' },
} as const;

/** Quality of a codec where none is given. */
export const DEFAULT_QUALITY = 75;

/** @throws RangeError for a quality that is no whole number of 1 to 100 */
export function checkQuality(quality: number): void {
  if (!(Number.isInteger(quality) && quality >= 1 && quality <= 100))
    throw new RangeError(`quality must be a whole number of 1 to 100, got ${quality}`);
}

/** The codec of a file, by how it begins. @throws Error when it is of none of them */
export function knownCodecOf(bytes: Uint8Array): CodecName {
  const name = codecOfFile(bytes);
  if (name === undefined) throw new Error(`it is no JPEG, WebP, AVIF, HEIC or JPEG XL file (${bytes.length} bytes)`);
  return name;
}

/** Decodes a file of any of the codecs. @throws Error when it is of none of them, or damaged */
export async function decodeOrdinary(bytes: Uint8Array): Promise<Picture<Uint8Array>> {
  return (await codecs[knownCodecOf(bytes)]()).decode(bytes);
}
