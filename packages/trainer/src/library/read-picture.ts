import { loadSharp } from '@sandwich/codecs';
import { assertDepth, decodeImage, readImageHeader, UnusableImage } from '../dataset/load-image.js';
import type { Picture } from '../raw-images.js';

/**
 * Decodes a picture to sRGB of a bit depth, turned as a viewer shows it, as `loadImage` does. Grayscale becomes RGB.
 *
 * @throws UnusableImage as `loadImage`, but for grayscale; and if parts of the picture are transparent, as nothing would carry that
 */
export async function readPicture(path: string, bitDepth: number): Promise<Picture> {
  const { bits } = await readImageHeader(path, { grayscale: true });
  assertDepth(path, bits, bitDepth);
  await assertOpaque(path, bits);
  return decodeImage(path, bits, bitDepth);
}

async function assertOpaque(path: string, bits: number): Promise<void> {
  const sharp = await loadSharp();
  if (!(await sharp(path).metadata()).hasAlpha) return;
  const opacity = await sharp(path)
    .extractChannel('alpha')
    .raw({ depth: bits === 8 ? 'uchar' : 'ushort' })
    .toBuffer()
    .catch((error) => {
      throw new UnusableImage(path, `is truncated or damaged (${(error as Error).message.split('\n', 1)[0]})`);
    });
  // Both bytes of an opaque sample of 16 bits are 255.
  if (opacity.some((byte) => byte !== 255)) {
    throw new UnusableImage(
      path,
      'is transparent in parts, which a sandwich does not carry: put it on a background first',
    );
  }
}
