import { assertConvertible } from '@sandwich/data';
import { linearSamples, type Picture, readPicture, toRgb, toSrgb } from '@sandwich/pictures';

/**
 * Decodes a picture to sRGB of a bit depth, turned as a viewer shows it, as `loadImage` does, or to linear light of 16 bits (`linearSamples`), of standard
 * and of high dynamic range. Grayscale becomes RGB.
 *
 * @throws UnusableImage as `loadImage`, but for grayscale; and if parts of the picture are transparent, as nothing would carry that
 */
export async function readRgbPicture(
  path: string,
  bitDepth: number,
  transfer: 'srgb' | 'linear' = 'srgb',
): Promise<Picture> {
  if (transfer === 'linear') return linearSamples(toRgb(await readPicture(path, { opaque: true })));
  const picture = await readPicture(path, {
    check: (header) => assertConvertible(path, header, bitDepth),
    opaque: true,
  });
  return toRgb(toSrgb(picture, bitDepth));
}
