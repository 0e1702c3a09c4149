import { type DiffJpegOptions, roundings } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import type { JpegTables } from './jpeg-tables.js';
import { type TableRate, tableRates } from './table-rates.js';
import { tablesAsTheyAre } from './tables-as-they-are.js';

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
 * Codes images by differentiable JPEG with the tables as they are, and estimates the bits.
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
    const { quality, options } = tablesAsTheyAre(system, images.shape[0]);
    return tableRates[rate](images, quality, { ...options, rounding: roundings[rounding], gradient });
  });
}
