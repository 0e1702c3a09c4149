/** Mean over items of measures that need one number of each. */
export const meanOverItems = (items: readonly number[][]): number =>
  items.reduce((sum, [value]) => sum + value, 0) / items.length;
