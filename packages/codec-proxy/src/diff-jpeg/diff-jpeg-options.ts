import type { tf } from '@sandwich/engine';
import type { RateModel } from '../rate/rate-models.js';
import type { RateOf } from '../rate/unrounded-rate.js';
import type { ChromaFilter, ChromaSubsampling } from '../resampling/chroma-resampling.js';
import type { RoundingFn } from '../rounding/roundings.js';

/** Options of {@link diffJpeg}. Left out, they make the codec of the Diff-JPEG paper. */
export interface DiffJpegOptions {
  /** Quantisation table of luma at quality 50, [8, 8] or one an image [B, 8, 8], in [1, 255]. Default: Annex K's. */
  tableY?: tf.Tensor2D | tf.Tensor3D;
  /** Quantisation table of chroma, likewise. */
  tableC?: tf.Tensor2D | tf.Tensor3D;
  /**
   * Forward rounds, floors and clips as JPEG does, and only the gradient is that of a smooth stand-in. Default false: forward is
   * the stand-in, too.
   */
  ste?: boolean;
  /** [3, 3], rows Y, Cb, Cr over columns R, G, B; decoded with its inverse. Default: BT.601. */
  colorMatrix?: tf.Tensor2D;
  /** Added after the matrix, [3]. Default [0, 128, 128]. */
  colorOffset?: tf.Tensor1D;
  /**
   * Default `4:2:0`, or `4:0:0` for one channel, which has no chroma to sample. Colour images in `4:0:0` become gray, with three
   * equal channels.
   */
  subsampling?: ChromaSubsampling;
  /** How coefficients are rounded. Default `roundings.cubic`, or with `ste` `roundings.cubicSte`; `roundings.ste` with `gradient: 'projected'`. */
  rounding?: RoundingFn;
  /**
   * How gradients pass the rounding of coefficients: with the gradient of `rounding`, the default, or `projected`: less, in each block of
   * each coded plane, their component along the error of the block. Then `rounding` gives values only, and the gradient to the steps is
   * straight-through.
   */
  gradient?: 'rounding' | 'projected';
  /**
   * What the gradient of the rate looks at: the `rounded` levels, the default, or the coefficients `unrounded`, so that those that are
   * rounded to zero are held there.
   */
  rateOf?: RateOf;
  /**
   * Estimates the bits of `diffJpegWithRate` from the levels, in place of the size of real files: one of `rateModels`, or any
   * function of the levels. Then `rateOf` has no effect; with forward `real` the value is still the size of the file, and the gradient the model's.
   */
  rateModel?: RateModel;
  /** How chroma is reduced. Default `antialiased`. */
  chromaFilter?: ChromaFilter;
  /**
   * `integer` computes as libjpeg does: colours and samples are rounded to whole numbers of 8 bits after each stage, with libjpeg's
   * rounding of halves, and straight through in the gradient. What remains is the difference between its integer transform
   * and an exact one. Default `real`.
   */
  arithmetic?: 'real' | 'integer';
  /**
   * Gradient of the two floors between quality and tables. That of the polynomial, the default, is exactly 0 where a scaled table
   * entry lies half-way between two integers: for all entries at qualities 1, 2, 5, 10, 25 and 50 with `ste`. `identity`
   * passes it on.
   */
  qualityGradient?: 'polynomial' | 'identity';
  /**
   * `real`: the value is, bit for bit, what libjpeg decodes from the real file of the image, clipped and rounded to 8 bits, in
   * real tables of the same quality; the gradient is that of the proxy. Default `proxy`.
   */
  forward?: 'proxy' | 'real';
  /**
   * Whether the elements of images, quality and tables are looked at, which reads them from the device. Default true, except in a
   * recorded step, where nothing can be read.
   */
  check?: boolean;
}
