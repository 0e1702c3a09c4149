import { decodePixels, openInSharp } from '@sandwich/pictures';
import { type Codec, checkedCodec } from '../codec.js';
import { measuredSteps } from '../measured-steps.js';
import { sharpVersions } from '../sharp-versions.js';

/** Settings of the `webp` codec, which is always 4:2:0. */
export interface WebpCodecOptions {
  /** 0 (fastest) to 6 (smallest files). Default 4. */
  effort?: number;
  /** Better, slower averages of chroma. Default false. */
  smartSubsample?: boolean;
}

/** Lossy WebP, by libwebp through sharp. It has no grayscale. */
export async function createWebpCodec(options: WebpCodecOptions = {}): Promise<Codec> {
  const { effort = 4, smartSubsample = false } = options;
  const settings = { effort, smartSubsample, smartDeblock: false, preset: 'default' } as const;
  return checkedCodec({
    name: 'webp',
    format: 'WebP',
    settings: { library: await sharpVersions('webp'), subsampling: '4:2:0', ...settings },
    qualities: [5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95],
    step: measuredSteps({
      1: 87.6,
      5: 68.1,
      10: 57.1,
      20: 44.1,
      30: 36.4,
      40: 29.6,
      50: 25.4,
      60: 22.3,
      70: 19.5,
      80: 14.3,
      90: 7.94,
      95: 4.94,
      99: 3.21,
      100: 3.21,
    }),
    grayscale: false,
    isFile: (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
    encode: async (image, quality) => (await openInSharp(image)).webp({ ...settings, quality }).toBuffer(),
    decode: decodePixels,
  });
}
