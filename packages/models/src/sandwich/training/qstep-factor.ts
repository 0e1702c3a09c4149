const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;

/**
 * By what the quantiser step of a training step is multiplied, so that one network serves a range of rates: between 1 / spread and
 * spread, evenly over its logarithm. Multiples of the golden ratio cover the range evenly however few they are, and a resumed run goes
 * on where it was.
 *
 * @param step of the training, from 0
 * @param spread 1 or more; 1 leaves the quantiser step as it is
 */
export const qstepFactorAt = (step: number, spread: number): number => spread ** (2 * ((step * GOLDEN_RATIO) % 1) - 1);
