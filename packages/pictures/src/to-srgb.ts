import { encodeLight, type Samples, samplesOf, tabulate } from './encode-light.js';
import type { Picture } from './picture.js';
import { toSrgbLight } from './primaries.js';
import { isHdr, lightOf } from './transfer.js';

/** Why a picture of such a transfer function cannot be made sRGB; undefined where it can. */
export function whyNotSrgb({ transfer }: Pick<Picture, 'transfer'>): string | undefined {
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
export function toSrgb(picture: Picture, bitDepth = picture.bitDepth): Picture {
  if (!Number.isInteger(bitDepth) || bitDepth < 8 || bitDepth > picture.bitDepth) {
    throw new RangeError(`toSrgb: bitDepth must be a whole number of 8 to ${picture.bitDepth}, got ${bitDepth}`);
  }
  const reason = whyNotSrgb(picture);
  if (reason) throw new Error(`toSrgb: the picture ${reason}`);
  const { transfer, primaries, channels } = picture;
  const matrix = channels === 3 ? toSrgbLight(primaries) : undefined;
  return {
    ...picture,
    bitDepth,
    transfer: 'srgb',
    primaries: 'bt709',
    data: transfer === 'srgb' && !matrix ? scaled(picture, bitDepth) : converted(picture, matrix, bitDepth),
  };
}

function converted(
  { data, channels, bitDepth, transfer }: Picture,
  matrix: ReturnType<typeof toSrgbLight>,
  wanted: number,
) {
  const light = tabulate(lightOf(transfer), bitDepth);
  return encodeLight(data, Array<Float64Array>(channels).fill(light), matrix, wanted);
}

function scaled({ data, bitDepth }: Picture, wanted: number): Samples {
  if (wanted === bitDepth) return data;
  const scale = (2 ** wanted - 1) / (2 ** bitDepth - 1);
  const result = samplesOf(data.length, wanted);
  for (let i = 0; i < data.length; i++) result[i] = Math.round(data[i] * scale);
  return result;
}
