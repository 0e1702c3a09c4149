/** The least exponent of a companding curve in training. */
const LEAST = 1 / 4;
/** The exponent at which held-back pictures are judged: the middle of the range of training. */
export const MIDDLE_EXPONENT = 1 / 2;

/**
 * The exponent of the companding curve at a training step, so that networks learn to work behind every curve that a sender may choose: between 1/4 and 1,
 * spread evenly over its logarithm. Multiples of the square root of two cover the range evenly however few steps there are, and together with those of
 * `qstepFactorAt` they cover all pairs.
 *
 * @param step number of the training step, from 0
 */
export const exponentAt = (step: number): number => LEAST ** ((step * Math.SQRT2) % 1);
