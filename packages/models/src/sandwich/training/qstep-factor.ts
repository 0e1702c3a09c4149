const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;

/**
 * Factor applied to the quantiser step at a training step, so that one network serves a range of rates: between 1 / spread and spread,
 * spread evenly over its logarithm. Multiples of the golden ratio cover the range evenly however few steps there are, and a resumed run
 * continues the sequence.
 *
 * @param step number of the training step, from 0
 * @param spread 1 or more; 1 leaves the quantiser step as it is
 */
export const qstepFactorAt = (step: number, spread: number): number => spread ** (2 * ((step * GOLDEN_RATIO) % 1) - 1);
