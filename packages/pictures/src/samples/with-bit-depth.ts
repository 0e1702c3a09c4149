import { samplesOf } from '../color/encode-light.js';
import { bitDepthOf, largestSample, type Picture } from '../picture.js';

/**
 * A picture with samples of another bit depth: x (2^bitDepth - 1) / (2^b - 1) for those of b bits, rounded.
 *
 * @param bitDepth 8 to 16
 * @returns the picture itself where it has that depth
 */
export function withBitDepth(picture: Picture, bitDepth: 8): Picture<Uint8Array>;
export function withBitDepth(picture: Picture, bitDepth: number): Picture;
export function withBitDepth(picture: Picture, bitDepth: number): Picture {
  const { data } = picture;
  const from = bitDepthOf(picture);
  if (bitDepth === from) return picture;
  const scale = largestSample(bitDepth) / largestSample(from);
  const scaled = samplesOf(data.length, bitDepth);
  for (let i = 0; i < data.length; i++) scaled[i] = Math.round(data[i] * scale);
  return { ...picture, data: scaled, bitDepth };
}
