/** The 0.975 quantile of the normal distribution. */
const NORMAL_975 = 1.959963984540054;

/**
 * 95 % confidence interval of a share that was counted, by Wilson's score: unlike the normal approximation it stays within 0 and 1, and has a
 * width at counts of none and of all.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
 *
 * @param successes 0 to `trials`
 * @returns NaN, NaN when nothing was tried
 * @throws RangeError for counts that are not such
 */
export function wilsonInterval(successes: number, trials: number): [low: number, high: number] {
  if (!(Number.isInteger(successes) && Number.isInteger(trials) && successes >= 0 && successes <= trials)) {
    throw new RangeError(`wilsonInterval: got ${successes} successes of ${trials} trials`);
  }
  const share = successes / trials;
  const square = NORMAL_975 ** 2;
  const centre = share + square / (2 * trials);
  const radius = NORMAL_975 * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials ** 2));
  const bound = (value: number) => Math.min(Math.max(value / (1 + square / trials), 0), 1);
  return [bound(centre - radius), bound(centre + radius)];
}
