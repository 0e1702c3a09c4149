/**
 * Refuses what is no whole number of at least `minimum`.
 *
 * @param where function or class that asks, for the message
 * @param what name of the value, for the message
 * @throws RangeError with both, and the value
 */
export function checkInteger(where: string, what: string, value: number, minimum: number): void {
  if (!Number.isInteger(value) || value < minimum)
    throw new RangeError(`${where}: ${what} must be a whole number of at least ${minimum}, got ${value}`);
}
