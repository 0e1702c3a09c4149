import { readFile } from 'node:fs/promises';
import { bytesOf } from '../header/byte-source.js';
import { describeFile, firstLine, type PictureHeader } from '../header/picture-header.js';
import { loadSharp } from '../load-sharp.js';
import type { Picture } from '../picture.js';
import { assertFile } from './assert-file.js';
import { decodeSamples } from './decode-samples.js';
import { UnusableImage } from './unusable-image.js';

/** Options of `readPicture` and `readLinear`. */
export interface ReadOptions {
  /** Looks at the header before the pixels are decoded, and throws where the picture is not wanted. */
  check?: (header: PictureHeader) => void;
  /** Whether transparent pictures are refused. Default false: transparency is dropped. */
  opaque?: boolean;
}

/**
 * Decodes a picture in the colours of its file, turned as a viewer shows it (EXIF orientation).
 *
 * What a file says of its colours is followed in the order of the PNG specification (third edition): a cICP chunk, an ICC profile, an sRGB chunk, gAMA
 * with cHRM. AVIF has a profile or code points, other formats have profiles. A picture with a profile is converted to sRGB, outside
 * of which colours are clipped; otherwise samples are those of the file, whose transfer function and primaries go with them.
 *
 * Header and samples come from the same bytes, whatever happens to the file meanwhile. sharp decodes on libuv's threads, off the
 * main thread.
 *
 * @throws UnusableImage if the file is not usable (see `readPictureHeader`), truncated or damaged, or transparent where it must not be
 * @example
 * const { data, width, height, transfer } = await readPicture('photo.png');
 */
export async function readPicture(
  path: string,
  { check, opaque = false }: ReadOptions = {},
): Promise<Required<Picture>> {
  await assertFile(path);
  const bytes = await readFile(path).catch((error) => {
    throw new UnusableImage(path, `cannot be read (${error.code})`);
  });
  const description = await describeFile(path, bytes, bytesOf(bytes));
  check?.(description.header);
  try {
    if (opaque && description.header.hasAlpha) await assertOpaque(path, bytes);
    return await decodeSamples(path, bytes, description);
  } catch (error) {
    if (error instanceof UnusableImage) throw error;
    throw new UnusableImage(path, `is truncated or damaged (${firstLine(error)})`);
  }
}

async function assertOpaque(path: string, bytes: Buffer): Promise<void> {
  const sharp = await loadSharp();
  if ((await sharp(bytes, { failOn: 'error' }).stats()).isOpaque) return;
  throw new UnusableImage(path, 'is transparent in parts: put it on a background first');
}
