import { stat } from 'node:fs/promises';
import { loadSharp } from '@sandwich/codecs';
import type { RgbImage } from '@sandwich/data';
import { isAnimatedPng } from './is-animated-png.js';

/** A file that is no 8-bit RGB photograph: which, and why. */
export class UnusableImage extends Error {
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.path = path;
    this.reason = reason;
    this.name = 'UnusableImage';
  }
}

const firstLine = (error: unknown) => (error as Error).message.split('\n', 1)[0];

/**
 * Reads a file's header and checks that it is one picture of 8-bit RGB, with or without alpha.
 *
 * @returns its size in pixels, as a viewer shows it (EXIF orientation applied)
 * @throws UnusableImage if the file is missing, empty or no image, or if it is CMYK, grayscale, of another depth or
 *   colour space, or holds several pictures
 */
export async function readImageSize(path: string): Promise<{ width: number; height: number }> {
  const file = await stat(path).catch((error) => {
    throw new UnusableImage(path, `cannot be read (${error.code})`);
  });
  if (file.size === 0) throw new UnusableImage(path, 'is empty (0 bytes)');
  const sharp = await loadSharp();
  const header = await sharp(path)
    .metadata()
    .catch((error) => {
      throw new UnusableImage(path, `is no readable image (${firstLine(error)})`);
    });

  if ((header.pages ?? 1) > 1 || (header.format === 'png' && (await isAnimatedPng(path)))) {
    throw new UnusableImage(path, 'is animated, or has several pages');
  }
  if (header.space === 'cmyk') throw new UnusableImage(path, 'is CMYK, not RGB');
  if (header.depth !== 'uchar') throw new UnusableImage(path, `is not 8-bit (${header.space}, ${header.depth})`);
  if (header.space === 'b-w') throw new UnusableImage(path, 'is grayscale, not RGB');
  if (header.space !== 'srgb') throw new UnusableImage(path, `is not RGB (${header.space})`);
  return header.autoOrient;
}

/**
 * Decodes a photograph to 8-bit sRGB, turned as a viewer shows it: an embedded colour profile and the EXIF
 * orientation are applied, alpha is dropped. sharp does the work on libuv's threads, off the main thread.
 *
 * @throws UnusableImage if the file is not usable (see `readImageSize`), truncated or damaged
 */
export async function loadImage(path: string): Promise<RgbImage> {
  await readImageSize(path);
  return decodeImage(path);
}

/** `loadImage` for a file whose header is known to be in order. */
export async function decodeImage(path: string): Promise<RgbImage> {
  const sharp = await loadSharp();
  try {
    // 'error', unlike the stricter 'warning', lets pass what does no harm to the pixels, such as an odd colour profile
    const pipeline = sharp(path, { failOn: 'error', autoOrient: true }).removeAlpha().toColourspace('srgb').raw();
    const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: 3 };
  } catch (error) {
    throw new UnusableImage(path, `is truncated or damaged (${firstLine(error)})`);
  }
}
