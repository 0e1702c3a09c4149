/**
 * By what the images of a training step are brightened: between 1 and a largest factor, evenly over its logarithm. Multiples of the square root of three
 * cover the range beside those of `exponentAt` and `qstepFactorAt`.
 *
 * @param step of the training, from 0
 */
export const exposureAt = (step: number, largest: number): number => largest ** ((step * Math.sqrt(3)) % 1);
