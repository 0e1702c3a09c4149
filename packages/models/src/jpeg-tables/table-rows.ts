/** The eight rows of a table of 64 steps: by vertical frequency, and in each by horizontal frequency. */
export const tableRows = (table: ArrayLike<number>): number[][] =>
  Array.from({ length: 8 }, (_, v) => Array.from(table).slice(8 * v, 8 * v + 8));
