/**
 * The published initial quantiser step, max(sqrt(|gamma|) / 2^truncateBits, 1): the step D whose error, about D^2 / 12 a
 * sample, is in proportion to the price gamma of a bit, in the levels that the codec sees.
 *
 * @param gamma Squared error that one bit is worth.
 * @param truncateBits Bits that the codec does not see. Default 0.
 */
export function initialQstep(gamma: number, truncateBits = 0): number {
  return Math.max(Math.sqrt(Math.abs(gamma)) / 2 ** truncateBits, 1);
}
