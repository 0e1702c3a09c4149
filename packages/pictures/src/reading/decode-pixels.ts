import { loadSharp } from '../load-sharp.js';
import type { Picture } from '../picture.js';

/**
 * Decodes a file of any format that sharp reads to the samples that it holds, in 8 bits: one channel for a grayscale file, RGB for any
 * other. Colour profiles and orientation are left aside, transparency is dropped; `readPicture` follows them.
 *
 * @throws Error with the decoder's reason when the file is truncated, damaged or over sharp's limit of 268 megapixels
 */
export async function decodePixels(bytes: Uint8Array): Promise<Picture<Uint8Array>> {
  const sharp = await loadSharp();
  const decoder = sharp(bytes, { failOn: 'warning', ignoreIcc: true });
  try {
    const channels = (await decoder.metadata()).channels <= 2 ? 1 : 3;
    const samples = decoder
      .removeAlpha()
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw();
    const { data, info } = await samples.toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, channels };
  } catch (error) {
    throw new Error((error as Error).message.split('\n').at(-1), { cause: error });
  }
}
