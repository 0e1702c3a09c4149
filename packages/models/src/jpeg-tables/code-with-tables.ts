import { type DiffJpegOptions, roundings } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import type { JpegTables } from './jpeg-tables.js';
import { type TableRate, tableRates } from './table-rates.js';

/** How images are coded while tables are trained. */
export interface TableCodingOptions {
  /** A name in `roundings`, whose gradient coefficients get. Default `largeSte`. */
  rounding?: string;
  /** See `diffJpeg`. Default `rounding`. */
  gradient?: DiffJpegOptions['gradient'];
  /** Default `marginal`. */
  rate?: TableRate;
}

/**
 * Differentiable JPEG with tables as they are, and the bits of it.
 *
 * @param images [B, H, W, 3] or [B, H, W, 1], in [0, 255]
 * @returns `decoded`, of that shape, and `rate`, bits an image, [B]
 */
export function codeWithTables(
  system: JpegTables,
  images: tf.Tensor4D,
  { rounding = 'largeSte', gradient = 'rounding', rate = 'marginal' }: TableCodingOptions = {},
): { decoded: tf.Tensor4D; rate: tf.Tensor1D } {
  return tf.tidy(() => {
    const { luma, chroma } = system.steps();
    // At quality 50 tables are used as they are.
    const quality = tf.fill<tf.Rank.R1>([images.shape[0]], 50);
    return tableRates[rate](images, quality, {
      tableY: luma,
      tableC: chroma,
      subsampling: system.architecture.subsampling,
      ste: true,
      qualityGradient: 'identity',
      rounding: roundings[rounding],
      gradient,
      chromaFilter: 'libjpeg',
      check: false,
    });
  });
}
