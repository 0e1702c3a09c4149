import { largestSample } from '../picture.js';
import type { Matrix } from './matrix.js';
import { encodeSrgb } from './transfer.js';

/** Samples of a bit depth of 8 to 16. */
export type Samples = Uint8Array | Uint16Array;

export const samplesOf = (length: number, bitDepth: number): Samples =>
  new (bitDepth === 8 ? Uint8Array : Uint16Array)(length);

/** A function of samples of a bit depth, at each of them. */
export const tabulate = (curve: (sample: number) => number, bitDepth: number): Float64Array => {
  const peak = largestSample(bitDepth);
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
  const peak = largestSample(bitDepth);
  if (matrix === undefined) {
    const tables = light.map((table) => table.map((value) => Math.round(peak * encodeSrgb(value))));
    const channels = tables.length;
    for (let i = 0; i < data.length; i++) encoded[i] = tables[i % channels][data[i]];
    return encoded;
  }
  const [red, green, blue] = light;
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = matrix;
  for (let i = 0; i < data.length; i += 3) {
    const r = red[data[i]];
    const g = green[data[i + 1]];
    const b = blue[data[i + 2]];
    encoded[i] = peak * interpolateSrgb(rr * r + rg * g + rb * b) + 0.5;
    encoded[i + 1] = peak * interpolateSrgb(gr * r + gg * g + gb * b) + 0.5;
    encoded[i + 2] = peak * interpolateSrgb(br * r + bg * g + bb * b) + 0.5;
  }
  return encoded;
}

const ROOTS = 2 ** 14;
/** sRGB over the square root of light, which makes it nearly straight. */
const SRGB_OF_ROOT = Float64Array.from({ length: ROOTS + 1 }, (_, i) => encodeSrgb((i / ROOTS) ** 2));

/** `encodeSrgb`, to 1e-6 and without powers, which take ten times as long. */
export function interpolateSrgb(light: number): number {
  if (!(light > 0)) return 0;
  if (light >= 1) return 1;
  const place = ROOTS * Math.sqrt(light);
  const i = Math.trunc(place);
  return SRGB_OF_ROOT[i] + (place - i) * (SRGB_OF_ROOT[i + 1] - SRGB_OF_ROOT[i]);
}
