import { open } from 'node:fs/promises';
import { type ColorTags, SRGB } from '../color/color-tags.js';
import { loadSharp } from '../load-sharp.js';
import { assertFile } from '../reading/assert-file.js';
import { UnusableImage } from '../reading/unusable-image.js';
import { type ByteSource, fileBytes } from './byte-source.js';
import { type FileColor, fileColor } from './file-color.js';
import { describePng } from './png-description.js';

/** What the header of a file says of its picture. */
export interface PictureHeader {
  /** Width in pixels, as a viewer shows it (EXIF orientation applied). */
  width: number;
  /** Height in pixels. */
  height: number;
  /** 1 for grayscale, 3 for RGB; transparency is not counted. */
  channels: 1 | 3;
  /** Bits per sample: 8 for files of fewer, else 10, 12 (AVIF) or 16. */
  bitDepth: number;
  /** Whether it has transparency. */
  hasAlpha: boolean;
  /** How the samples of `readPicture` encode light; `primaries` are those of their red, green and blue. */
  transfer: ColorTags['transfer'];
  primaries: ColorTags['primaries'];
}

/** The header, and what decoding needs besides. */
export interface FileDescription {
  header: PictureHeader;
  color: FileColor;
  /** Whether sharp finds a profile in the file, and so can convert from it. */
  profileInSharp: boolean;
}

export const firstLine = (error: unknown) => (error as Error).message.split('\n', 1)[0];

/**
 * Reads a file's header and checks that it holds one picture, RGB or grayscale, of 8 to 16 bits, with or without transparency, in a
 * format that sharp reads: PNG, JPEG, WebP, TIFF, GIF, AVIF.
 *
 * @throws UnusableImage if the file is missing, empty or no image, if it is CMYK, of another depth or colour space, or if it holds
 *   several pictures
 */
export async function readPictureHeader(path: string): Promise<PictureHeader> {
  await assertFile(path);
  const file = await open(path).catch((error) => {
    throw new UnusableImage(path, `cannot be read (${error.code})`);
  });
  try {
    return (await describeFile(path, path, fileBytes(file))).header;
  } finally {
    await file.close();
  }
}

/** @param input the file for sharp: its path, or its bytes */
export async function describeFile(path: string, input: string | Buffer, source: ByteSource): Promise<FileDescription> {
  const sharp = await loadSharp();
  const metadata = await sharp(input)
    .metadata()
    .catch((error) => {
      throw new UnusableImage(
        path,
        `is no readable image: PNG, JPEG, WebP, TIFF and GIF are read (${firstLine(error)})`,
      );
    });
  const { space, depth } = metadata;
  const png = metadata.format === 'png' ? await describePng(source) : undefined;
  if ((metadata.pages ?? 1) > 1 || png?.isAnimated) throw new UnusableImage(path, 'is animated, or has several pages');
  if (space === 'cmyk') throw new UnusableImage(path, 'is CMYK, not RGB');
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw new UnusableImage(path, `has neither 8 nor 16 bits a sample (${space}, ${depth})`);
  }
  const channels = space === 'b-w' || space === 'grey16' ? 1 : 3;
  if (channels === 3 && space !== (depth === 'uchar' ? 'srgb' : 'rgb16')) {
    throw new UnusableImage(path, `is not RGB (${space})`);
  }
  const color = await fileColor(metadata, png, source, channels).catch((error) => {
    throw new UnusableImage(path, firstLine(error));
  });
  const { transfer, primaries } = 'transfer' in color ? color : SRGB;
  const { width, height } = metadata.autoOrient;
  const bitDepth = depth === 'uchar' ? 8 : metadata.format === 'heif' ? (metadata.bitsPerSample ?? 16) : 16;
  const header: PictureHeader = {
    width,
    height,
    channels,
    bitDepth,
    hasAlpha: metadata.hasAlpha,
    transfer,
    primaries,
  };
  return { header, color, profileInSharp: metadata.icc !== undefined };
}
