import type { Region } from '@sandwich/pictures';

/**
 * Reads `left,top,width,height`.
 *
 * @param name of the argument that gives it, for the error
 * @throws Error when it is not four whole numbers, or the region is empty
 */
export function parseRegion(text: string, name = '--region'): Region {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [left, top, width, height] = numbers;
  if (numbers.length !== 4 || numbers.some((n) => !Number.isSafeInteger(n) || n < 0) || width === 0 || height === 0) {
    throw new Error(`${name} takes left,top,width,height in whole pixels, such as 120,80,96,96; got '${text}'`);
  }
  return { left, top, width, height };
}
