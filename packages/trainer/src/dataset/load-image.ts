import { stat } from 'node:fs/promises';
import { loadSharp } from '@sandwich/codecs';
import type { RgbImage } from '@sandwich/data';
import { isAnimatedPng } from './is-animated-png.js';

/** A file that is no RGB photograph of 8 or 16 bits: which, and why. */
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

/** What the header of a usable file says. */
export interface ImageHeader {
  /** Size in pixels, as a viewer shows it (EXIF orientation applied). */
  width: number;
  height: number;
  /** Of a sample. */
  bits: 8 | 16;
}

const firstLine = (error: unknown) => (error as Error).message.split('\n', 1)[0];

/**
 * Reads a file's header and checks that it is one RGB picture of 8 or 16 bits, with or without alpha.
 *
 * @param options.grayscale whether grayscale pictures are taken, too; `decodeImage` makes RGB of them. Default false.
 * @throws UnusableImage if the file is missing, empty or no image, or if it is CMYK, grayscale, of another depth or
 *   colour space, or holds several pictures
 */
export async function readImageHeader(path: string, { grayscale = false } = {}): Promise<ImageHeader> {
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

  const { space, depth } = header;
  if ((header.pages ?? 1) > 1 || (header.format === 'png' && (await isAnimatedPng(path)))) {
    throw new UnusableImage(path, 'is animated, or has several pages');
  }
  if (space === 'cmyk') throw new UnusableImage(path, 'is CMYK, not RGB');
  const isGray = space === 'b-w' || space === 'grey16';
  if (isGray && !grayscale) throw new UnusableImage(path, 'is grayscale, not RGB');
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw new UnusableImage(path, `has neither 8 nor 16 bits a sample (${space}, ${depth})`);
  }
  if (!isGray && space !== (depth === 'uchar' ? 'srgb' : 'rgb16'))
    throw new UnusableImage(path, `is not RGB (${space})`);
  return { ...header.autoOrient, bits: depth === 'uchar' ? 8 : 16 };
}

/** @throws UnusableImage if a file has fewer bits a sample than are wanted: there is nothing in it to learn the others from. */
export function assertDepth(path: string, bits: number, bitDepth: number): void {
  if (bits < bitDepth) throw new UnusableImage(path, `has ${bits} bits a sample, fewer than ${bitDepth}`);
}

/**
 * Decodes a photograph to sRGB, turned as a viewer shows it: an embedded colour profile and the EXIF orientation are
 * applied, alpha is dropped. sharp does the work on libuv's threads, off the main thread.
 *
 * @param bitDepth of the samples that are wanted, 8 (default) to 16. Files of 16 bits are brought to fewer by
 *   x (2^bitDepth - 1) / 65535, rounded; files of 8 bits are not brought to more.
 * @returns samples in [0, 2^bitDepth - 1]
 * @throws UnusableImage if the file is not usable (see `readImageHeader`), truncated or damaged, or has fewer bits
 */
export async function loadImage(path: string, bitDepth?: 8): Promise<RgbImage>;
export async function loadImage(path: string, bitDepth: number): Promise<RgbImage<Uint8Array | Uint16Array>>;
export async function loadImage(path: string, bitDepth = 8): Promise<RgbImage<Uint8Array | Uint16Array>> {
  const { bits } = await readImageHeader(path);
  assertDepth(path, bits, bitDepth);
  return decodeImage(path, bits, bitDepth);
}

/** `loadImage` for a file whose header is known to be in order. */
export async function decodeImage(
  path: string,
  bits: ImageHeader['bits'],
  bitDepth: number,
): Promise<RgbImage<Uint8Array | Uint16Array>> {
  const sharp = await loadSharp();
  try {
    // 'error', unlike the stricter 'warning', lets pass what does no harm to the pixels, such as an odd colour profile
    const picture = sharp(path, { failOn: 'error', autoOrient: true }).removeAlpha();
    // libvips itself would truncate 16 bits to 8.
    const samples =
      bits === 8 ? picture.toColourspace('srgb').raw() : picture.toColourspace('rgb16').raw({ depth: 'ushort' });
    const { data, info } = await samples.toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    if (bits === 8) return { data, width, height, channels: 3 };
    const deep = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
    return { data: reduceDepth(deep, bitDepth), width, height, channels: 3 };
  } catch (error) {
    throw new UnusableImage(path, `is truncated or damaged (${firstLine(error)})`);
  }
}

function reduceDepth(samples: Uint16Array, bitDepth: number): Uint8Array | Uint16Array {
  if (bitDepth === 16) return samples;
  const scale = (2 ** bitDepth - 1) / 65535;
  const reduced = new (bitDepth === 8 ? Uint8Array : Uint16Array)(samples.length);
  for (let i = 0; i < samples.length; i++) reduced[i] = Math.round(samples[i] * scale);
  return reduced;
}
