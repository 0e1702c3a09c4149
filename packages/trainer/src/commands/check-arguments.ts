/** @throws Error when an option was given and is not positive */
export function checkPositive(name: string, value: number | undefined): void {
  if (value !== undefined && !(value > 0)) throw new Error(`--${name} must be positive, got ${value}`);
}

/** @throws Error when an option was given and is no positive integer */
export function checkCount(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isInteger(value) && value > 0))
    throw new Error(`--${name} must be a positive integer, got ${value}`);
}
