/** Throws unless `value` is a whole number of at least `minimum`. */
export function checkInteger(where: string, what: string, value: number, minimum: number): void {
  if (!Number.isInteger(value) || value < minimum)
    throw new RangeError(`${where}: ${what} must be a whole number of at least ${minimum}, got ${value}`);
}
