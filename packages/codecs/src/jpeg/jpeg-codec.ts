import { type Codec, checkedCodec } from '../codec.js';
import { sharpVersions } from '../sharp-versions.js';
import type { Subsampling } from './color/chroma-subsampling.js';
import { decodeJpeg, isJpeg } from './decode-jpeg.js';
import { encodeJpeg } from './encode-jpeg.js';
import { resolveJpegOptions } from './jpeg-options.js';
import { annexKTables, type QuantizationTables, scaledTables, tableStep } from './quantization-tables.js';

/** Settings of the `jpeg` codec. */
export interface JpegCodecOptions {
  /** Default `4:2:0`. */
  subsampling?: Subsampling;
  /** Default true. */
  optimizeHuffman?: boolean;
  /** Tables of quality 50, which other qualities scale as libjpeg scales Annex K's. Default: Annex K's. */
  tables?: QuantizationTables;
}

/**
 * Baseline JPEG, written by `encodeJpeg` and read by libjpeg-turbo through sharp. Files are byte for byte those that libjpeg-turbo writes
 * with the same settings.
 *
 * @throws RangeError naming the option and its value
 */
export async function createJpegCodec(options: JpegCodecOptions = {}): Promise<Codec> {
  const { subsampling = '4:2:0', optimizeHuffman = true, tables = annexKTables } = options;
  const atQuality = (quality: number) => ({ tables: scaledTables(quality, tables), subsampling, optimizeHuffman });
  const [luma, chroma] = resolveJpegOptions(atQuality(50), 'codecs.jpeg').tables;
  return checkedCodec({
    name: 'jpeg',
    format: 'JPEG',
    settings: {
      encoder: 'encodeJpeg, baseline',
      decoder: await sharpVersions('mozjpeg'),
      subsampling,
      optimizeHuffman,
      tables: tables === annexKTables ? 'Annex K' : `luma ${luma.join(' ')}, chroma ${chroma.join(' ')}`,
    },
    qualities: [5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95],
    step: (quality) => tableStep(scaledTables(quality, tables).luma),
    grayscale: true,
    isFile: isJpeg,
    encode: async (image, quality) => encodeJpeg(image, atQuality(quality)),
    decode: decodeJpeg,
  });
}
