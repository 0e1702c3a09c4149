import type { Picture } from '@sandwich/pictures';

/**
 * What an error of one level of 255 becomes behind the curve y = 255 (x / peak)^exponent: the root of the mean square of the slope of x(y) at the samples
 * of a picture.
 */
export function slopeOf({ data }: Pick<Picture, 'data'>, exponent: number, peak: number): number {
  const squares = Float64Array.from({ length: peak + 1 }, (_, x) => (x / peak) ** (2 - 2 * exponent));
  let sum = 0;
  for (const x of data) sum += squares[x];
  return (Math.sqrt(sum / data.length) * peak) / (255 * exponent);
}

/** The whole quantiser step, 1 to 255, whose error is nearest to the one that is asked for, where an error of one level becomes `scale`. */
export const stepFor = (error: number, scale: number): number => Math.min(Math.max(Math.round(error / scale), 1), 255);

/** The sum of the squared differences of samples. */
export function squaredError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}
