/** The least exponent of a companding curve in training. */
const LEAST = 1 / 4;

/**
 * The exponent of the companding curve of a training step, so that networks learn to work behind all that a sender may choose: between 1/4 and 1, evenly
 * over its logarithm. Multiples of the square root of two cover the range evenly however few they are, and beside those of `qstepFactorAt` all pairs.
 *
 * @param step of the training, from 0
 */
export const exponentAt = (step: number): number => LEAST ** ((step * Math.SQRT2) % 1);
