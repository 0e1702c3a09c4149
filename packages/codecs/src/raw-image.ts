/**
 * An uncompressed 8-bit image: `height` rows of `width` pixels, `channels` interleaved samples a pixel, without gaps.
 * Three channels are RGB, one channel is luma.
 */
export interface RawImage {
  data: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3;
}

/**
 * Checks that an image is what its fields say, with sides of 1 to `largestSide`.
 *
 * @param caller name of the public function, for the message
 * @throws RangeError naming the field and its value
 */
export function assertRawImage(image: RawImage, caller: string, largestSide = Number.MAX_SAFE_INTEGER): void {
  const { data, width, height, channels } = image ?? {};
  assertSides({ width, height }, `${caller}: image.`, largestSide);
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`${caller}: image.channels must be 1 (luma) or 3 (RGB), got ${channels}`);
  }
  if (!(data instanceof Uint8Array)) {
    throw new RangeError(`${caller}: image.data must be a Uint8Array, got ${Object.prototype.toString.call(data)}`);
  }
  if (data.length !== width * height * channels) {
    throw new RangeError(
      `${caller}: image.data must hold ${width} x ${height} x ${channels} = ${width * height * channels} samples, got ${data.length}`,
    );
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
