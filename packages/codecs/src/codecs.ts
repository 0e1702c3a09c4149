import { createJpegCodec } from './jpeg/jpeg-codec.js';
import { createAvifCodec } from './stills/avif-codec.js';
import { createHeicCodec } from './stills/heic-codec.js';
import { createJxlCodec } from './stills/jxl-codec.js';
import { createWebpCodec } from './stills/webp-codec.js';

/**
 * Real codecs by name. Each factory takes the codec's own options, whose defaults are those of its program or library, and rejects with
 * an error that names the package to install when a program is missing.
 *
 * @example
 * const codec = await codecs.heic({ subsampling: '4:4:4' });
 * for (const quality of codec.qualities) {
 *   const file = await codec.encode(image, quality);
 *   const decoded = await codec.decode(file);
 * }
 */
export const codecs = {
  /** Baseline JPEG: our encoder, and libjpeg-turbo through sharp to decode. */
  jpeg: createJpegCodec,
  /** Lossy WebP, by libwebp through sharp. */
  webp: createWebpCodec,
  /** AVIF, through sharp. */
  avif: createAvifCodec,
  /** HEIC, by the programs of libheif. */
  heic: createHeicCodec,
  /** JPEG XL, by the programs of libjxl. */
  jxl: createJxlCodec,
};

/** How the formats of the codecs are called. */
export const formats: Record<CodecName, string> = {
  jpeg: 'JPEG',
  webp: 'WebP',
  avif: 'AVIF',
  heic: 'HEIC',
  jxl: 'JPEG XL',
};

/** Names of the codecs that come with the package. */
export type CodecName = keyof typeof codecs;
