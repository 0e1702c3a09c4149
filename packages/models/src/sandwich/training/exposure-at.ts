/**
 * Factor that brightens the images of a training step: between 1 and `largest`, spread evenly over its logarithm. Multiples of the square root of three
 * cover the range together with those of `exponentAt` and `qstepFactorAt`.
 *
 * @param step number of the training step, from 0
 * @param largest 1 or more
 */
export const exposureAt = (step: number, largest: number): number => largest ** ((step * Math.sqrt(3)) % 1);
