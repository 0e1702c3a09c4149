/** Ways to divide a decade, from the finest to the coarsest. */
const DIVISIONS = [[1, 1.5, 2, 3, 4, 5, 6, 8], [1, 2, 3, 5], [1, 2, 5], [1]];
/** As many as fit side by side below a plot. */
const MOST = 10;

/** Round numbers to mark on a logarithmic axis from `low` to `high`, both positive: as many as there is room for. */
export function logTicks(low: number, high: number): number[] {
  const decades: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) decades.push(power);
  // by way of decimal notation, since 3 * 10 ** -1 is not 0.3
  const ticks = DIVISIONS.map((division) =>
    decades
      .flatMap((power) => division.map((step) => Number(`${step}e${power}`)))
      .filter((tick) => tick >= low && tick <= high),
  );
  return ticks.find((candidates) => candidates.length <= MOST) ?? ticks[ticks.length - 1];
}
