import type { Matrix } from './matrix.js';
import { encodeSrgb } from './transfer.js';

/** Samples of a bit depth of 8 to 16. */
export type Samples = Uint8Array | Uint16Array;

export const samplesOf = (length: number, bitDepth: number): Samples =>
  new (bitDepth === 8 ? Uint8Array : Uint16Array)(length);

/** A function of samples of a bit depth, at each of them. */
export const tabulate = (curve: (sample: number) => number, bitDepth: number): Float64Array => {
  const peak = 2 ** bitDepth - 1;
  return Float64Array.from({ length: peak + 1 }, (_, i) => curve(i / peak));
};

/**
 * Samples to sRGB samples.
 *
 * @param data interleaved
 * @param light for each channel, the light of each sample
 * @param matrix RGB light to that of sRGB, where it is another
 * @param bitDepth bits of the samples that are made; light outside of [0, 1] is clipped
 */
export function encodeLight(
  data: Samples,
  light: Float64Array[],
  matrix: Matrix | undefined,
  bitDepth: number,
): Samples {
  const encoded = samplesOf(data.length, bitDepth);
  const peak = 2 ** bitDepth - 1;
  if (matrix === undefined) {
    const tables = light.map((table) => table.map((value) => Math.round(peak * encodeSrgb(value))));
    const channels = tables.length;
    for (let i = 0; i < data.length; i++) encoded[i] = tables[i % channels][data[i]];
    return encoded;
  }
  const [red, green, blue] = light;
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [red[data[i]], green[data[i + 1]], blue[data[i + 2]]];
    for (let k = 0; k < 3; k++) {
      const row = matrix[k];
      encoded[i + k] = Math.round(peak * encodeSrgb(row[0] * r + row[1] * g + row[2] * b));
    }
  }
  return encoded;
}
