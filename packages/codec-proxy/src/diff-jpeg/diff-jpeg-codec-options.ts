import type { Subsampling } from '@sandwich/codecs';
import type { CodecDescription } from '../codec.js';
import type { DiffJpegOptions } from './diff-jpeg-options.js';

/** The name by which descriptions call `DiffJpegCodec`. */
export const diffJpegName = 'diff-jpeg';

/** What a `DiffJpegCodec` can learn. */
export type LearnedByDiffJpeg = 'quality' | 'tableY' | 'tableC';

type CodingOptions = Pick<
  DiffJpegOptions,
  | 'ste'
  | 'rounding'
  | 'gradient'
  | 'rateOf'
  | 'rateModel'
  | 'chromaFilter'
  | 'arithmetic'
  | 'qualityGradient'
  | 'forward'
>;

/**
 * Options of `DiffJpegCodec`. Those of `diffJpeg` have its defaults, except `ste`, true, so that values are those of JPEG, and
 * `qualityGradient`, `identity`, so that tables and quality can be learned from them.
 */
export interface DiffJpegCodecOptions extends CodingOptions {
  /** Scales both tables as libjpeg does, 1 to 100, not necessarily whole. Default 50, which leaves them as they are. */
  quality?: number;
  /** Quantisation table of luma at quality 50, row by row: 64 numbers of 1 to 255. Default: Annex K's. */
  tableY?: ArrayLike<number>;
  /** Quantisation table of chroma, likewise. */
  tableC?: ArrayLike<number>;
  /** What is learned, starting from the values above. Default: nothing. */
  learn?: readonly LearnedByDiffJpeg[];
  /** Chroma of bottlenecks of three channels. Default 4:2:0. */
  subsampling?: Subsampling;
}

/** The options of a `DiffJpegCodec` as plain JSON, complete. */
export interface DiffJpegCodecDescription
  extends CodecDescription,
    Required<Omit<DiffJpegCodecOptions, 'rounding' | 'rateModel' | 'tableY' | 'tableC'>> {
  codec: typeof diffJpegName;
  tableY: number[];
  tableC: number[];
  /** Its name in `roundings`; null for a function of the user's own, which JSON cannot hold. */
  rounding: string | null;
  /** Its name in `rateModels`, null for a function of the user's own; left out where rates are those of files. */
  rateModel?: string | null;
}
