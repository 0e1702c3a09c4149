/** The middle of numbers, of an even count the mean of the middle two. */
export function median(values: readonly number[]): number {
  const rising = values.toSorted((a, b) => a - b);
  const middle = (rising.length - 1) / 2;
  return (rising[Math.floor(middle)] + rising[Math.ceil(middle)]) / 2;
}
