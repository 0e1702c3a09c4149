/** Halvings in the logarithm: of a range of 1000, what is left is less than a part in 100. */
const HALVINGS = 10;
/** Rates beyond the range, so that it is bracketed for other pictures, too. */
const MARGIN = 1.2;

/**
 * The value at which a falling function has a rate, by bisection; the nearer limit where it has none.
 *
 * @param rateOf the rate at a value; it falls as the value grows
 * @param limits of the value, positive
 * @param halvings of the limits, in the logarithm
 */
export function valueAtRate(
  rateOf: (value: number) => number,
  rate: number,
  [least, most]: readonly [least: number, most: number],
  halvings = HALVINGS,
): number {
  let [low, high] = [least, most];
  for (let i = 0; i < halvings; i++) {
    const middle = Math.sqrt(low * high);
    if (rateOf(middle) > rate) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

/**
 * Values of a setting that span a range of rates and a little more, evenly spaced in their logarithms.
 *
 * @param rateOf the rate at a value; it falls as the value grows
 * @param limits of the values, positive
 * @returns `count` values in rising order
 */
export function valuesInRange(
  rateOf: (value: number) => number,
  [low, high]: readonly [low: number, high: number],
  limits: readonly [least: number, most: number],
  count: number,
): number[] {
  const first = valueAtRate(rateOf, high * MARGIN, limits);
  const last = valueAtRate(rateOf, low / MARGIN, limits);
  return Array.from({ length: count }, (_, i) => first * (last / first) ** (i / (count - 1)));
}
