import { samplesOf } from '../color/encode-light.js';
import type { Picture } from '../picture.js';
import { openInSharp } from '../writing/open-in-sharp.js';
import { cropPicture } from './crop-picture.js';
import { withBitDepth } from './with-bit-depth.js';

/**
 * A picture of another size, by a Lanczos filter of three lobes, in 16 bits: a sample of a smaller picture is the weighted mean of many,
 * and so takes values between the levels of the original.
 */
export async function resizePicture<Channels extends 1 | 3>(
  picture: Picture<Uint8Array | Uint16Array, Channels>,
  width: number,
  height: number,
): Promise<Picture<Uint16Array, Channels>> {
  const deep = { ...picture, ...withBitDepth(picture, 16) };
  const resized = (await openInSharp(deep)).resize(width, height, { kernel: 'lanczos3', fit: 'fill' });
  const bytes = await resized.raw({ depth: 'ushort' }).toBuffer();
  const data = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  return { ...deep, channels: picture.channels, data, width, height };
}

/**
 * A picture reduced by a whole factor, as `resizePicture` does. Columns and rows beyond a multiple of the factor are left off.
 *
 * @throws RangeError when the picture is smaller than the factor
 */
export async function reducePicture(picture: Picture, factor: number): Promise<Picture<Uint16Array>> {
  const [width, height] = [picture.width, picture.height].map((side) => Math.floor(side / factor));
  if (width === 0 || height === 0) {
    throw new RangeError(`${picture.width} x ${picture.height} pixels are too few to be reduced by ${factor}`);
  }
  const whole = cropPicture(picture, { left: 0, top: 0, width: factor * width, height: factor * height });
  return resizePicture(whole, width, height);
}

/** A picture enlarged by a whole factor, every pixel a square of `factor` x `factor` pixels. */
export function repeatPixels<Data extends Uint8Array | Uint16Array>(
  picture: Picture<Data>,
  factor: number,
): Picture<Data> {
  if (factor === 1) return picture;
  const { channels } = picture;
  const [width, height] = [factor * picture.width, factor * picture.height];
  const data = samplesOf(width * height * channels, picture.data instanceof Uint8Array ? 8 : 16) as Data;
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.floor(y / factor) * picture.width;
    for (let x = 0; x < width; x++) {
      const from = (row + Math.floor(x / factor)) * channels;
      for (let k = 0; k < channels; k++) data[to++] = picture.data[from + k];
    }
  }
  return { ...picture, data, width, height };
}
