import type { SandwichOptions } from './sandwich-options.js';

/** @throws RangeError for light that is not known, or linear light of another depth than 16 bits */
export function checkLight(caller: string, { light = 'display', truncateBits = 0 }: SandwichOptions): void {
  if (light !== 'display' && light !== 'linear')
    throw new RangeError(`${caller}: light must be 'display' or 'linear', got '${light}'`);
  if (light === 'linear' && truncateBits !== 8)
    throw new RangeError(`${caller}: linear light has 16 bits, truncateBits 8, got ${truncateBits}`);
}
