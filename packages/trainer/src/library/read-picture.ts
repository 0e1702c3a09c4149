import { readPicture as decodePicture, toSrgb } from '@sandwich/pictures';
import { assertConvertible } from '../dataset/load-image.js';
import type { Picture } from '../raw-images.js';

/**
 * Decodes a picture to sRGB of a bit depth, turned as a viewer shows it, as `loadImage` does. Grayscale becomes RGB.
 *
 * @throws UnusableImage as `loadImage`, but for grayscale; and if parts of the picture are transparent, as nothing would carry that
 */
export async function readPicture(path: string, bitDepth: number): Promise<Picture> {
  const picture = await decodePicture(path, {
    check: (header) => assertConvertible(path, header, bitDepth),
    opaque: true,
  });
  const { data, width, height, channels } = toSrgb(picture, bitDepth);
  return { data: channels === 3 ? data : grayToRgb(data), width, height, channels: 3 };
}

function grayToRgb(gray: Picture['data']): Picture['data'] {
  const rgb = gray instanceof Uint8Array ? new Uint8Array(3 * gray.length) : new Uint16Array(3 * gray.length);
  for (let i = 0; i < gray.length; i++) rgb.fill(gray[i], 3 * i, 3 * i + 3);
  return rgb;
}
