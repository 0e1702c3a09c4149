import { encodeLight, type Samples, samplesOf, tabulate } from '../color/encode-light.js';
import type { CurveProfile } from '../color/icc-profile.js';
import { multiply } from '../color/matrix.js';
import { pcsToSrgbLight } from '../color/primaries.js';
import type { FileDescription } from '../header/picture-header.js';
import { loadSharp } from '../load-sharp.js';
import { largestSample, type Picture } from '../picture.js';
import { UnusableImage } from './unusable-image.js';

/**
 * Decodes the pixels of a file that has been described.
 *
 * libvips applies profiles to 8 bits, as LittleCMS has them. To 16 bits sharp applies them so that the result is Display P3; their curves and matrix
 * are therefore applied here, in float64, and only tables are left to it, by way of Display P3.
 */
export async function decodeSamples(
  path: string,
  bytes: Buffer,
  description: FileDescription,
): Promise<Required<Picture>> {
  const { header, color, profileInSharp } = description;
  const { channels, bitDepth, transfer, primaries } = header;
  const hasTables = 'tables' in color;
  const bySharp = profileInSharp && (hasTables || ('curves' in color && channels === 3 && bitDepth === 8));
  if (hasTables && (!bySharp || (channels === 1 && bitDepth > 8))) {
    throw new UnusableImage(path, 'has a colour profile of tables that cannot be applied: convert it to sRGB first');
  }
  const sharp = await loadSharp();
  const picture = sharp(bytes, { failOn: 'error', autoOrient: true, ignoreIcc: !bySharp })
    .removeAlpha()
    .toColourspace(SPACES[channels][bitDepth === 8 ? 0 : 1]);
  if (bySharp && bitDepth > 8) picture.withIccProfile('srgb');
  const { data, info } = await picture
    .raw({ depth: bitDepth === 8 ? 'uchar' : 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  let samples: Samples = bitDepth === 8 ? data : deepSamples(data, bitDepth);
  if ('narrowRange' in color && color.narrowRange) samples = fullRange(samples, bitDepth);
  if ('curves' in color && !bySharp) samples = applyProfile(samples, color, bitDepth);
  return { data: samples, width, height, channels, bitDepth, transfer, primaries };
}

const SPACES = { 1: ['b-w', 'grey16'], 3: ['srgb', 'rgb16'] };

/** libvips shifts 10 and 12 bits to the upper end of 16. */
function deepSamples(data: Buffer, bitDepth: number): Uint16Array {
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return bitDepth === 16 ? samples : samples.map((sample) => sample >> (16 - bitDepth));
}

function fullRange(samples: Samples, bitDepth: number): Samples {
  const peak = largestSample(bitDepth);
  const unit = 2 ** (bitDepth - 8);
  const table = Array.from({ length: peak + 1 }, (_, v) => Math.min(Math.max((v - 16 * unit) / (219 * unit), 0), 1));
  return mapped(samples, (sample) => Math.round(peak * table[sample]));
}

function mapped(samples: Samples, convert: (sample: number) => number): Samples {
  const result = samplesOf(samples.length, samples instanceof Uint8Array ? 8 : 16);
  for (let i = 0; i < samples.length; i++) result[i] = convert(samples[i]);
  return result;
}

function applyProfile(samples: Samples, { curves, toXyz }: CurveProfile, bitDepth: number): Samples {
  const light = curves.map((curve) => tabulate(curve, bitDepth));
  return encodeLight(samples, light, toXyz && multiply(pcsToSrgbLight, toXyz), bitDepth);
}
