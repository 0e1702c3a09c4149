const VALIDATIONS = 5;
const LEAST_SHARE = 0.9;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Whether a training has come to its end, as the neural imaging toolbox judges: the mean of the last five validations differs by less than a fraction from that
 * of the five that end one earlier, or has fallen below nine tenths of it.
 *
 * @param history SSIM at the validations so far
 * @param threshold the fraction
 */
export function hasConverged(history: readonly number[], threshold: number): boolean {
  if (history.length <= VALIDATIONS) return false;
  const current = mean(history.slice(-VALIDATIONS));
  const previous = mean(history.slice(-VALIDATIONS - 1, -1));
  return Math.abs((current - previous) / previous) < threshold || current < LEAST_SHARE * previous;
}
