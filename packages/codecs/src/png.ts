import type { RawImage } from './raw-image.js';
import { sharpFromPixels } from './sharp-pixels.js';

/** A PNG file of an image for a program to read, hardly compressed: it does not live long. */
export async function encodePng(image: RawImage): Promise<Uint8Array> {
  return (await sharpFromPixels(image)).png({ compressionLevel: 1 }).toBuffer();
}
