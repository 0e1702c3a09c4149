import { decodePixels, openInSharp } from '@sandwich/pictures';
import { type Codec, checkedCodec } from '../codec.js';
import { fileBrands } from '../containers/isobmff.js';
import { measuredSteps } from '../measured-steps.js';
import { sharpVersions } from '../sharp-versions.js';

/** Settings of the `avif` codec. */
export interface AvifCodecOptions {
  /** 0 (fastest) to 9 (smallest files). Default 4. */
  effort?: number;
  /** Default `4:4:4`. */
  subsampling?: '4:4:4' | '4:2:0';
  /** What libaom optimises for; `auto` leaves it to libheif. Default `auto`. */
  tune?: 'auto' | 'iq' | 'psnr' | 'ssim';
}

/** Lossy AVIF of 8 bits, by libaom through sharp, which stores grayscale images as colour. */
export async function createAvifCodec(options: AvifCodecOptions = {}): Promise<Codec> {
  const { effort = 4, subsampling = '4:4:4', tune = 'auto' } = options;
  const settings = { effort, tune, bitdepth: 8 } as const;
  return checkedCodec({
    name: 'avif',
    format: 'AVIF',
    settings: { library: await sharpVersions('heif', 'aom'), subsampling, ...settings },
    qualities: [5, 10, 20, 30, 40, 50, 60, 70, 80, 90],
    step: measuredSteps({
      1: 130.8,
      5: 124.9,
      10: 101,
      20: 75.2,
      30: 53.8,
      40: 38.3,
      50: 24.6,
      60: 16.1,
      70: 10.6,
      80: 7.42,
      90: 4.04,
      95: 2.38,
      99: 1.28,
      100: 1.28,
    }),
    grayscale: false,
    isFile: (bytes) => fileBrands(bytes).includes('avif'),
    encode: async (image, quality) =>
      (await openInSharp(image)).avif({ ...settings, chromaSubsampling: subsampling, quality }).toBuffer(),
    decode: decodePixels,
  });
}
