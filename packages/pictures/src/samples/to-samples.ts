import { largestSample } from '../picture.js';

/**
 * Samples of pictures from values of any size: rounded, to 8 bits halves to even and to more halves up, and clipped.
 *
 * @param bitDepth of the samples, 8 to 16
 * @returns samples in [0, 2^bitDepth - 1], of 8 bits a Uint8Array
 */
export function toSamples(values: Float32Array, bitDepth: 8): Uint8Array;
export function toSamples(values: Float32Array, bitDepth: number): Uint8Array | Uint16Array;
export function toSamples(values: Float32Array, bitDepth: number): Uint8Array | Uint16Array {
  // A clamped array clips, rounds halves to even and takes NaN as 0.
  if (bitDepth === 8) return new Uint8Array(new Uint8ClampedArray(values).buffer);
  const largest = largestSample(bitDepth);
  return Uint16Array.from(values, (value) => Math.round(Math.min(Math.max(value, 0), largest)));
}
