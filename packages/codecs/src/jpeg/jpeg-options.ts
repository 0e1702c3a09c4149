import { chromaSubsamplings, type Subsampling } from './color/chroma-subsampling.js';
import { checkedQuality, checkedTable, scaledTables } from './quantization-tables.js';

/** Quantisation tables of a JPEG file: 64 steps each, row by row, whole numbers of 1 to 255. */
export interface JpegTables {
  luma: ArrayLike<number>;
  /** Default: as luma. Both chroma components share it unless `cr` is given. */
  chroma?: ArrayLike<number>;
  /** A table of its own for Cr, the second chroma component: a third DQT segment, even if it equals `chroma`. */
  cr?: ArrayLike<number>;
}

/** Settings of a JPEG file; the defaults are libjpeg's. */
export interface JpegOptions {
  /** Excludes `quality`. */
  tables?: JpegTables;
  /** Scales Annex K's tables, a whole number of 1 to 100. Default 75. */
  quality?: number;
  /** Default `4:2:0`. Grayscale images have no chroma to sample. */
  subsampling?: Subsampling;
  /** Makes Huffman tables to the measure of the image in place of Annex K's: a smaller file of the same picture. Default false. */
  optimizeHuffman?: boolean;
  /**
   * Squared error that is worth a bit. Levels are then not the rounded ones but those that minimise squared error (of Y, Cb and Cr over all
   * pixels, see `trellisError`) + trellis x bits, so that the file is smaller at a slightly larger error; any decoder reads it. `priceOfBit` gives
   * what suits a step. Needs six bytes of memory for each sample. Default 0: levels are rounded.
   */
  trellis?: number;
  /**
   * What `trellis` is the price of a bit in: squared error of pixels, or squared error of coefficients in units of their steps, where tables say how much
   * each matters and `priceOfBit(1)` is in balance with all of them. Default `pixels`.
   */
  trellisError?: TrellisError;
}

/** See `JpegOptions.trellisError`. */
export type TrellisError = 'pixels' | 'steps';

const trellisErrors: readonly TrellisError[] = ['pixels', 'steps'];

/** What libjpeg writes and reads at most; the format itself ends at 65535. */
export const LARGEST_JPEG_SIDE = 65500;

/** Options checked and complete. */
export interface JpegSettings {
  /** Quantisation tables by slot: luma, chroma and, if it has one of its own, Cr. */
  tables: Uint8Array[];
  subsampling: Subsampling;
  optimizeHuffman: boolean;
  trellis: number;
  trellisError: TrellisError;
}

/**
 * Checks options and fills in what they leave open.
 *
 * @param caller name of the public function, for the message
 * @throws RangeError naming the option and its value
 */
export function resolveJpegOptions(options: JpegOptions, caller: string): JpegSettings {
  const {
    tables,
    quality,
    subsampling = '4:2:0',
    optimizeHuffman = false,
    trellis = 0,
    trellisError = 'pixels',
  } = options;
  if (!Object.hasOwn(chromaSubsamplings, subsampling)) {
    const known = new Intl.ListFormat('en', { type: 'disjunction' }).format(Object.keys(chromaSubsamplings));
    throw new RangeError(`${caller}: subsampling must be ${known}, got ${subsampling}`);
  }
  if (tables !== undefined && quality !== undefined) {
    throw new RangeError(`${caller}: give either tables or quality, got both (quality ${quality})`);
  }
  if (!(trellis >= 0 && trellis < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${caller}: trellis must be a squared error a bit, finite and not negative, got ${trellis}`);
  }
  if (!trellisErrors.includes(trellisError)) {
    throw new RangeError(`${caller}: trellisError must be ${trellisErrors.join(' or ')}, got ${trellisError}`);
  }
  const { luma, chroma = luma, cr }: JpegTables = tables ?? scaledTables(checkedQuality(quality ?? 75, caller));
  const slots = [checkedTable(luma, `${caller}: tables.luma`), checkedTable(chroma, `${caller}: tables.chroma`)];
  if (cr !== undefined) slots.push(checkedTable(cr, `${caller}: tables.cr`));
  return { tables: slots, subsampling, optimizeHuffman, trellis, trellisError };
}
