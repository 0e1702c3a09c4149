/** Ways to divide a decade, from the finest to the coarsest. */
const DIVISIONS = [[1, 1.5, 2, 3, 4, 5, 6, 8], [1, 2, 3, 5], [1, 2, 5], [1]];
/** Round numbers to mark on a logarithmic axis from `low` to `high`, both positive; not more than `most`, unless they are whole decades. */
export function logTicks(low: number, high: number, most = 10): number[] {
  const decades: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) decades.push(power);
  // by way of decimal notation, since 3 * 10 ** -1 is not 0.3
  const ticks = DIVISIONS.map((division) =>
    decades
      .flatMap((power) => division.map((step) => Number(`${step}e${power}`)))
      .filter((tick) => tick >= low && tick <= high),
  );
  return ticks.find((candidates) => candidates.length <= most) ?? ticks[ticks.length - 1];
}
