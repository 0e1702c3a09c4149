import {
  diffJpegDecode,
  diffJpegEncode,
  entropyRate,
  type RateModel,
  type RoundingFn,
  roundings,
  type SoftHardness,
  type SoftSupport,
  softRounding,
  straightThrough,
} from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import type { JpegTables } from '../jpeg-tables.js';
import { tablesAsTheyAre } from '../tables-as-they-are.js';

/** How images are coded while tables are trained for recognition. */
export interface SoftCodingOptions extends SoftHardness, SoftSupport {
  /** What is decoded: the mean levels of the soft quantiser, the default, or levels rounded as in a file, with its gradient. */
  forward?: 'soft' | 'hard';
  /** Rounds in place of the soft quantiser. */
  rounding?: RoundingFn;
  /** Estimates the bits. Default: that of J4D, with the same soft levels. */
  rateModel?: RateModel;
}

/**
 * JPEG in which a soft quantiser, or another rounding, stands for rounding, with tables as they are, and the rate of J4D.
 *
 * @param images [B, H, W, 3], in [0, 255]
 * @returns `decoded`, of that shape, in [0, 255], and `rate`, bits an image, [B]
 */
export function codeSoftly(
  system: JpegTables,
  images: tf.Tensor4D,
  { rateModel, rounding, forward = 'soft', ...soft }: SoftCodingOptions = {},
): { decoded: tf.Tensor4D; rate: tf.Tensor1D } {
  return tf.tidy(() => {
    const [batch, height, width] = images.shape;
    const { quality, options: asTheyAre } = tablesAsTheyAre(system, batch);
    const options = { ...asTheyAre, rounding: roundings.identity };
    const { y, cb, cr } = diffJpegEncode(images, quality, options);
    const unrounded = cb && cr ? [y, tf.concat([cb, cr], 3)] : [y];
    const steps = [options.tableY, tf.concat([options.tableC, options.tableC])].map((table) => table.reshape([-1]));
    const round = rounding ?? softRounding(soft);
    const levels = unrounded.map((each, i) => round(each, steps[i]) as tf.Tensor4D);
    const coded =
      forward === 'soft'
        ? levels
        : levels.map((each, i) => straightThrough(each, () => unrounded[i].add(0.5).floor() as tf.Tensor4D));
    const [codedCb, codedCr] = coded[1] ? (tf.split(coded[1], 2, 3) as tf.Tensor4D[]) : [];
    const decoded = diffJpegDecode({ y: coded[0], cb: codedCb, cr: codedCr }, quality, [height, width], options);
    const rate = (rateModel ?? entropyRate(soft))({ unrounded, levels, steps });
    return { decoded, rate };
  });
}
