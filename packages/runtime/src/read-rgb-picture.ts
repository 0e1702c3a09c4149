import { assertConvertible } from '@sandwich/data';
import { type Picture, readPicture, toRgb, toSrgb } from '@sandwich/pictures';

/**
 * Decodes a picture to sRGB of a bit depth, turned as a viewer shows it, as `loadImage` does. Grayscale becomes RGB.
 *
 * @throws UnusableImage as `loadImage`, but for grayscale; and if parts of the picture are transparent, as nothing would carry that
 */
export async function readRgbPicture(path: string, bitDepth: number): Promise<Picture> {
  const picture = await readPicture(path, {
    check: (header) => assertConvertible(path, header, bitDepth),
    opaque: true,
  });
  return toRgb(toSrgb(picture, bitDepth));
}
