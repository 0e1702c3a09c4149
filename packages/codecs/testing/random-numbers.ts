/** Whole numbers of 0 to `below - 1`. */
export type RandomNumbers = (below: number) => number;

/** Marsaglia's xorshift. */
export function randomNumbers(seed: number): RandomNumbers {
  return (below) => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % below;
  };
}
