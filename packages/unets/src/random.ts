/**
 * Scrambles a 32-bit integer so that every output bit depends on every input bit (the finaliser of MurmurHash3).
 */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A seed for one named part, so that a part's random numbers depend on its name alone and not on what was made before.
 *
 * @param seed Any integer.
 * @param name Path of the part, such as `encoder0/conv1`.
 * @returns An unsigned 32-bit integer.
 */
export function deriveSeed(seed: number, name: string): number {
  let hash = mix(seed);
  for (let i = 0; i < name.length; i++) hash = mix(hash ^ name.charCodeAt(i)) + 0x9e3779b9;
  return hash >>> 0;
}

/**
 * Uniform random numbers in [low, high), the same on every engine and machine: number i is a hash of the seed and i
 * (a Weyl sequence through a mixing function, as in Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", 2014).
 */
export function randomUniform(count: number, low: number, high: number, seed: number): Float32Array {
  const start = mix(seed);
  // A loop: `Float32Array.from` takes ten times as long.
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = low + ((high - low) * mix(start + Math.imul(i + 1, 0x9e3779b9))) / 2 ** 32;
  }
  return values;
}
