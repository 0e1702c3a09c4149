import { largestSample, type Picture } from './picture.js';

/** What `assertPicture` expects of a picture. */
export interface ExpectedPicture {
  /** Bits per sample. Default 8. */
  bitDepth?: number;
  /** Pixels. Default: any. */
  largestSide?: number;
}

/**
 * Checks that a picture is what its fields say, and of the bit depth that is expected.
 *
 * @param prefix stands before the names of fields in the message: `encodeJpeg: image.`
 * @throws RangeError naming the field and its value
 */
export function assertPicture(
  picture: Picture,
  prefix: string,
  { bitDepth = 8, largestSide = Number.MAX_SAFE_INTEGER }: ExpectedPicture = {},
): void {
  const { data, width, height, channels, bitDepth: stated = bitDepth } = picture ?? {};
  assertSides({ width, height }, prefix, largestSide);
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`${prefix}channels must be 1 (luma) or 3 (RGB), got ${channels}`);
  }
  const expected = bitDepth === 8 ? Uint8Array : Uint16Array;
  if (!(data instanceof expected)) {
    const kind = Object.prototype.toString.call(data);
    throw new RangeError(`${prefix}data must be a ${expected.name} (${bitDepth} bits), got ${kind}`);
  }
  if (stated !== bitDepth) throw new RangeError(`${prefix}bitDepth must be ${bitDepth}, got ${stated}`);
  const samples = width * height * channels;
  if (data.length !== samples) {
    throw new RangeError(
      `${prefix}data must hold ${width} x ${height} x ${channels} = ${samples} samples, got ${data.length}`,
    );
  }
  const largest = largestSample(bitDepth);
  const beyond = bitDepth % 8 === 0 ? -1 : data.findIndex((sample) => sample > largest);
  if (beyond >= 0) {
    throw new RangeError(`${prefix}data[${beyond}] must be at most ${largest} (${bitDepth} bits), got ${data[beyond]}`);
  }
}

/**
 * @param prefix stands before the name of the side in the message
 * @throws RangeError naming the side that is not a whole number of 1 to `largestSide`
 */
export function assertSides(sides: { width: number; height: number }, prefix: string, largestSide: number): void {
  for (const [name, side] of Object.entries(sides)) {
    if (!Number.isInteger(side) || side < 1 || side > largestSide) {
      throw new RangeError(`${prefix}${name} must be a whole number of 1 to ${largestSide}, got ${side}`);
    }
  }
}
