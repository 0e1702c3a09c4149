import { geometricRate, marginalRate, type RateModel } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';

/** Luma, Cb and Cr apart, each [B, h, w, 64]. */
const planesOf = ([luma, chroma]: tf.Tensor4D[]): tf.Tensor4D[] =>
  chroma ? [luma, ...(tf.split(chroma, chroma.shape[3] / 64, 3) as tf.Tensor4D[])] : [luma];

/**
 * How bits are estimated while tables are learned for recognition, by name: `entropy` is the rate of J4D, of the soft levels' probabilities;
 * `geometric` and `marginal` take the mean levels (see `geometricRate`, `marginalRate`).
 */
export const softRates: Record<'entropy' | 'geometric' | 'marginal', RateModel | undefined> = {
  entropy: undefined,
  geometric: ({ levels }) => geometricRate(levels),
  marginal: ({ levels, unrounded }) => marginalRate(planesOf(levels), planesOf(unrounded)),
};
