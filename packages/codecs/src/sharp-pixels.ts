import { loadSharp } from '@sandwich/pictures';
import type { Sharp } from 'sharp';
import type { RawImage } from './raw-image.js';

/** Opens pixels in sharp, as they are: one channel stays one channel. */
export async function sharpFromPixels({ data, width, height, channels }: RawImage): Promise<Sharp> {
  const sharp = await loadSharp();
  const image = sharp(data, { raw: { width, height, channels } });
  return channels === 1 ? image.toColourspace('b-w') : image;
}

/**
 * Decodes a file of any format that sharp reads to 8-bit samples: one channel for a grayscale file, RGB for any other. Colour profiles
 * and orientation are left aside, transparency is dropped.
 *
 * @throws Error with the decoder's reason when the file is truncated, damaged or over sharp's limit of 268 megapixels
 */
export async function pixelsFromSharp(bytes: Uint8Array): Promise<RawImage> {
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

/** Versions of sharp and of a library that it brings along, e.g. `sharp 0.35.5, libvips 8.18.7, aom 3.15.1`. */
export async function sharpVersions(...libraries: (keyof typeof import('sharp').versions)[]): Promise<string> {
  const { versions } = await loadSharp();
  return ['sharp', 'vips', ...libraries].map((library) => `${library} ${versions[library as 'vips']}`).join(', ');
}
