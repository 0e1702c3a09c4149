import {
  type DiffJpegOptions,
  diffJpegDecode,
  diffJpegEncode,
  diffJpegWithRate,
  gaussianRate,
  geometricRate,
  marginalRate,
  roundings,
} from '@sandwich/codec-proxy';
import type { tf } from '@sandwich/engine';

/** Images as they are decoded while tables are trained, and their rate in bits, [B]. */
export type TableCoding = { decoded: tf.Tensor4D; rate: tf.Tensor1D };

const withRateOf =
  (rateOf: 'rounded' | 'unrounded') =>
  (images: tf.Tensor4D, quality: tf.Tensor1D, options: DiffJpegOptions): TableCoding =>
    diffJpegWithRate(images, quality, { ...options, rateOf });

const withEntropy =
  (entropy: (levels: tf.Tensor4D[]) => tf.Tensor1D) =>
  (images: tf.Tensor4D, quality: tf.Tensor1D, options: DiffJpegOptions): TableCoding => {
    const levels = diffJpegEncode(images, quality, options);
    const [, height, width] = images.shape;
    const decoded = diffJpegDecode(levels, quality, [height, width], options);
    return { decoded, rate: entropy(Object.values(levels)) };
  };

function withMarginalRate(images: tf.Tensor4D, quality: tf.Tensor1D, options: DiffJpegOptions): TableCoding {
  const { gradient, rounding = roundings.largeSte } = options;
  const unrounded = diffJpegEncode(images, quality, { ...options, gradient: 'rounding', rounding: roundings.identity });
  const round = (plane: tf.Tensor4D) => rounding(plane) as tf.Tensor4D;
  const { y, cb, cr } = unrounded;
  const levels =
    gradient === 'projected'
      ? diffJpegEncode(images, quality, options)
      : { y: round(y), ...(cb && { cb: round(cb) }), ...(cr && { cr: round(cr) }) };
  const [, height, width] = images.shape;
  const decoded = diffJpegDecode(levels, quality, [height, width], options);
  const planes = Object.values(unrounded);
  const changing = planes.map((plane) => roundings.thresholdSte(plane) as tf.Tensor4D);
  return { decoded, rate: marginalRate(changing, planes) };
}

/** How bits are estimated while tables are trained, by name. */
export const tableRates = {
  /** What single levels cost in a real file (`marginalRate`). */
  marginal: withMarginalRate,
  /** An entropy by frequency (`geometricRate`). */
  geometric: withEntropy(geometricRate),
  /** An entropy by frequency (`gaussianRate`). */
  gaussian: withEntropy(gaussianRate),
  /** The size of real files, with the gradient of the sum of ln(1 + |level|) of rounded levels (`diffJpegWithRate`). */
  rounded: withRateOf('rounded'),
  /** The same of levels before they are rounded. */
  unrounded: withRateOf('unrounded'),
};

/** A name of `tableRates`. */
export type TableRate = keyof typeof tableRates;
