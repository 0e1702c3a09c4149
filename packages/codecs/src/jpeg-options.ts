import { chromaSubsamplings, type Subsampling } from './chroma-subsampling.js';
import { checkedQuality, checkedTable, scaledTables } from './quantization-tables.js';

/** Settings of a JPEG file; the defaults are libjpeg's. */
export interface JpegOptions {
  /** 64 quantisation steps each, row by row, whole numbers of 1 to 255; chroma is as luma unless given. Excludes `quality`. */
  tables?: { luma: ArrayLike<number>; chroma?: ArrayLike<number> };
  /** Scales Annex K's tables, a whole number of 1 to 100. Default 75. */
  quality?: number;
  /** Default `4:2:0`. Grayscale images have no chroma to sample. */
  subsampling?: Subsampling;
  /** Makes Huffman tables to the measure of the image in place of Annex K's: a smaller file of the same picture. Default false. */
  optimizeHuffman?: boolean;
}

/** What libjpeg writes and reads at most; the format itself ends at 65535. */
export const LARGEST_JPEG_SIDE = 65500;

/** Options checked and complete. */
export interface JpegSettings {
  /** Quantisation tables by table slot: luma, chroma. */
  tables: [Uint8Array, Uint8Array];
  subsampling: Subsampling;
  optimizeHuffman: boolean;
}

/**
 * Checks options and fills in what they leave open.
 *
 * @param caller name of the public function, for the message
 * @throws RangeError naming the option and its value
 */
export function resolveJpegOptions(options: JpegOptions, caller: string): JpegSettings {
  const { tables, quality, subsampling = '4:2:0', optimizeHuffman = false } = options;
  if (!Object.hasOwn(chromaSubsamplings, subsampling)) {
    const known = Object.keys(chromaSubsamplings).join(' or ');
    throw new RangeError(`${caller}: subsampling must be ${known}, got ${subsampling}`);
  }
  if (tables === undefined) {
    const { luma, chroma } = scaledTables(checkedQuality(quality ?? 75, caller));
    return { tables: [Uint8Array.from(luma), Uint8Array.from(chroma)], subsampling, optimizeHuffman };
  }
  if (quality !== undefined) {
    throw new RangeError(`${caller}: give either tables or quality, got both (quality ${quality})`);
  }
  const luma = checkedTable(tables.luma, `${caller}: tables.luma`);
  const chroma = tables.chroma === undefined ? luma : checkedTable(tables.chroma, `${caller}: tables.chroma`);
  return { tables: [luma, chroma], subsampling, optimizeHuffman };
}
