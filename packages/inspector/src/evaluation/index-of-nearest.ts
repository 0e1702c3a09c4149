/** Index of the value nearest to a target, the first of several. */
export const indexOfNearest = (values: readonly number[], target: number): number =>
  values.reduce((best, value, i) => (Math.abs(value - target) < Math.abs(values[best] - target) ? i : best), 0);
