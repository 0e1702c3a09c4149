import { bitDepthOf, type Picture, primariesOf, transferOf } from '../picture.js';
import { withBitDepth } from '../samples/with-bit-depth.js';
import { encodeLight, tabulate } from './encode-light.js';
import { toSrgbLight } from './primaries.js';
import { isHdr, lightOf } from './transfer.js';

/** Why a picture of such a transfer function cannot be made sRGB; undefined where it can. */
export function whyNotSrgb(picture: Pick<Picture, 'transfer'>): string | undefined {
  const transfer = transferOf(picture);
  if (!isHdr(transfer)) return undefined;
  const name = { pq: 'PQ, SMPTE ST 2084', hlg: 'HLG, ARIB STD-B67' }[transfer];
  return `has high dynamic range (${name}), which sRGB does not hold: convert it to SDR first, or read its light with readLinear`;
}

/**
 * A picture in sRGB. Colours outside of it are clipped.
 *
 * @param bitDepth of the samples that are wanted, 8 to 16; default that of the picture
 * @throws RangeError for bit depths of which the picture has fewer, Error for PQ and HLG
 */
export function toSrgb(picture: Picture, bitDepth = bitDepthOf(picture)): Required<Picture> {
  const stored = bitDepthOf(picture);
  if (!Number.isInteger(bitDepth) || bitDepth < 8 || bitDepth > stored) {
    throw new RangeError(`toSrgb: bitDepth must be a whole number of 8 to ${stored}, got ${bitDepth}`);
  }
  const reason = whyNotSrgb(picture);
  if (reason) throw new Error(`toSrgb: the picture ${reason}`);
  const { channels } = picture;
  const transfer = transferOf(picture);
  const matrix = channels === 3 ? toSrgbLight(primariesOf(picture)) : undefined;
  const isSrgb = transfer === 'srgb' && !matrix;
  const light = () => Array<Float64Array>(channels).fill(tabulate(lightOf(transfer), stored));
  const data = isSrgb ? withBitDepth(picture, bitDepth).data : encodeLight(picture.data, light(), matrix, bitDepth);
  return { ...picture, bitDepth, transfer: 'srgb', primaries: 'bt709', data };
}
