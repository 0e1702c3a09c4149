/** Binomial coefficients over their sum, an odd number of them: the shortest smooth low-pass filter. */
export function binomial(taps: number): number[] {
  let row = [1];
  while (row.length < taps) row = [...row, 0].map((value, i) => (value + (row[i - 1] ?? 0)) / 2);
  return row;
}
