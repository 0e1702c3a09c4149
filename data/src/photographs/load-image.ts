import {
  linearSamples,
  type Picture,
  type PictureHeader,
  readPicture,
  readPictureHeader,
  toSrgb,
  UnusableImage,
  whyNotSrgb,
} from '@sandwich/pictures';

/**
 * What samples of pictures encode: `display` is sRGB, `linear` the light itself, of standard and of high dynamic range, in 16 bits
 * (`linearSamples`).
 */
export type Light = 'display' | 'linear';

/** What must not change about a file while it is in use. */
export type ImageShape = Pick<PictureHeader, 'width' | 'height' | 'bitDepth'>;

/** @throws UnusableImage if a picture has fewer bits a sample than are wanted (nothing in it tells the others), or cannot be sRGB. */
export function assertConvertible(path: string, header: PictureHeader, bitDepth: number): void {
  if (header.bitDepth < bitDepth) {
    throw new UnusableImage(path, `has ${header.bitDepth} bits a sample, fewer than ${bitDepth}`);
  }
  assertSdr(path, header);
}

/** @throws UnusableImage if a picture cannot be sRGB, whatever its depth. */
export function assertSdr(path: string, header: PictureHeader): void {
  const reason = whyNotSrgb(header);
  if (reason) throw new UnusableImage(path, reason);
}

function assertPhotograph(path: string, header: PictureHeader, bitDepth: number, light: Light): void {
  if (header.channels === 1) throw new UnusableImage(path, 'is grayscale, not RGB');
  if (light === 'display') assertConvertible(path, header, bitDepth);
}

/**
 * Reads a file's header and checks that it is a photograph that `loadImage` can bring to a bit depth.
 *
 * @throws UnusableImage as `loadImage`, but for what only the pixels show
 */
export async function readImageHeader(
  path: string,
  bitDepth: number,
  light: Light = 'display',
): Promise<PictureHeader> {
  const header = await readPictureHeader(path);
  assertPhotograph(path, header, bitDepth, light);
  return header;
}

/**
 * Decodes a photograph to sRGB, turned as a viewer shows it: the file's colour profile or tags (see `readPicture`) and the EXIF
 * orientation are applied, alpha is dropped.
 *
 * @param bitDepth of the samples that are wanted, 8 (default) to 16. Files of 16 bits are brought to fewer by
 *   x (2^bitDepth - 1) / 65535, rounded; files of 8 bits are not brought to more.
 * @param light default `display`; `linear` gives the linear light of files of any depth and dynamic range, of which bitDepth must be 16
 * @returns samples in [0, 2^bitDepth - 1]
 * @throws RangeError for linear light of another bit depth than 16
 * @throws UnusableImage if the file is no usable picture (see `readPictureHeader`), grayscale or of high dynamic range, is truncated or
 *   damaged, or has fewer bits
 */
export async function loadImage(path: string, bitDepth?: 8, light?: 'display'): Promise<Picture<Uint8Array, 3>>;
export async function loadImage(
  path: string,
  bitDepth: number,
  light?: Light,
): Promise<Picture<Uint8Array | Uint16Array, 3>>;
export async function loadImage(
  path: string,
  bitDepth = 8,
  light: Light = 'display',
): Promise<Picture<Uint8Array | Uint16Array, 3>> {
  return loadChecked(path, bitDepth, light, () => {});
}

/**
 * `loadImage` for a file whose header has been read before.
 *
 * @throws UnusableImage as `loadImage`, and if size or depth are no longer what the header said
 */
export const reloadImage = (path: string, bitDepth: number, light: Light, before: ImageShape) =>
  loadChecked(path, bitDepth, light, (header) => assertUnchanged(path, header, before));

async function loadChecked(
  path: string,
  bitDepth: number,
  light: Light,
  checkFirst: (header: PictureHeader) => void,
): Promise<Picture<Uint8Array | Uint16Array, 3>> {
  checkLight(light, bitDepth);
  const check = (header: PictureHeader) => {
    checkFirst(header);
    assertPhotograph(path, header, bitDepth, light);
  };
  const picture = await readPicture(path, { check });
  return { ...(light === 'linear' ? linearSamples(picture) : toSrgb(picture, bitDepth)), channels: 3 };
}

/** @throws RangeError for another word, and for linear light of another bit depth than 16 */
export function checkLight(light: Light, bitDepth: number): void {
  if (light !== 'display' && light !== 'linear') {
    throw new RangeError(`light must be display or linear, got '${light}'`);
  }
  if (light === 'linear' && bitDepth !== 16) throw new RangeError(`linear light has 16 bits a sample, got ${bitDepth}`);
}

/** @throws UnusableImage if size or depth of a file are no longer what its header said */
export function assertUnchanged(path: string, now: ImageShape, before: ImageShape): void {
  const [is, was] = [now, before].map(({ width, height, bitDepth }) => `${width}x${height} of ${bitDepth} bits`);
  if (is !== was) throw new UnusableImage(path, `was overwritten while in use: it is ${is}, and was ${was}`);
}
