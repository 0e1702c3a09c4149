import { gaussianRate, geometricRate, marginalRate, roundings, unroundedRate } from '@sandwich/codec-proxy';
import type { tf } from '@sandwich/engine';
import { planesOfBlocks } from './published-transform.js';

/** A name of how bits are estimated. */
export type LearnedRate = 'marginal' | 'unrounded' | 'geometric' | 'gaussian';

/** How the bits of levels are estimated, given those levels before and after rounding, [B]. */
const rates: Record<LearnedRate, (unrounded: tf.Tensor4D[], levels: tf.Tensor4D[]) => tf.Tensor1D> = {
  marginal: (unrounded: tf.Tensor4D[]) =>
    marginalRate(
      unrounded.map((plane) => roundings.thresholdSte(plane) as tf.Tensor4D),
      unrounded,
    ),
  unrounded: (unrounded: tf.Tensor4D[], levels: tf.Tensor4D[]) => {
    const bits = marginalRate(levels, unrounded);
    return unroundedRate(unrounded, levels, bits);
  },
  geometric: (_: tf.Tensor4D[], levels: tf.Tensor4D[]) => geometricRate(levels),
  gaussian: (_: tf.Tensor4D[], levels: tf.Tensor4D[]) => gaussianRate(levels),
};

/** Names of how bits are estimated. */
export const learnedRates = Object.keys(rates) as LearnedRate[];

/**
 * Bits of levels, [B], without headers.
 *
 * @param unrounded levels before they are rounded, [B, rows, columns, 192]
 */
export const learnedRate = (rate: LearnedRate, unrounded: tf.Tensor4D, levels: tf.Tensor4D): tf.Tensor1D =>
  rates[rate](planesOfBlocks(unrounded), planesOfBlocks(levels));
