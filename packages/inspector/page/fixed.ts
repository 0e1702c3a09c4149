/** A number with so many digits behind its point, or a dash where there is none. */
export const fixed = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined ? '–' : value.toFixed(digits);
