/** @throws Error when an option was given and is not positive */
export function checkPositive(name: string, value: number | undefined): void {
  if (value !== undefined && !(value > 0)) throw new Error(`--${name} must be positive, got ${value}`);
}

/** @throws Error when an option was given and is no positive integer */
export function checkCount(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isInteger(value) && value > 0))
    throw new Error(`--${name} must be a positive integer, got ${value}`);
}

/** @throws Error when qualities of a codec were given and one is no whole number of 1 to 100 */
export function checkQualities(qualities: readonly number[] = []): void {
  const bad = qualities.find((quality) => !Number.isInteger(quality) || quality < 1 || quality > 100);
  if (bad !== undefined) throw new Error(`--qualities takes whole numbers of 1 to 100, got ${bad}`);
}
