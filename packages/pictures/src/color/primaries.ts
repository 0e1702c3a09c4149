import { apply, diagonal, invert, type Matrix, multiply, transpose, type Vector } from './matrix.js';

/** x and y of CIE 1931. */
export type Chromaticity = readonly [number, number];

/** The colours of full red, green and blue, and of all three together. */
export interface Chromaticities {
  red: Chromaticity;
  green: Chromaticity;
  blue: Chromaticity;
  white: Chromaticity;
}

/** Primaries of a standard, or by their chromaticities, as in a PNG file's cHRM chunk. `bt709` are those of sRGB. */
export type Primaries =
  | 'bt709'
  | 'bt470m'
  | 'bt601-625'
  | 'bt601-525'
  | 'film'
  | 'bt2020'
  | 'dci-p3'
  | 'display-p3'
  | 'ebu3213'
  | Chromaticities;

const D65 = [0.3127, 0.329] as const;
const C = [0.31, 0.316] as const;

/** ITU-T H.273, table 2. */
const STANDARD: Record<Exclude<Primaries, object>, Chromaticities> = {
  bt709: { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: D65 },
  bt470m: { red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08], white: C },
  'bt601-625': { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: D65 },
  'bt601-525': { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: D65 },
  film: { red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049], white: C },
  bt2020: { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: D65 },
  'dci-p3': { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: [0.314, 0.351] },
  'display-p3': { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: D65 },
  ebu3213: { red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077], white: D65 },
};

/** XYZ of a chromaticity, of luminance 1. */
const xyz = ([x, y]: Chromaticity): Vector => [x / y, 1, (1 - x - y) / y];

const chromaticitiesOf = (primaries: Primaries): Chromaticities =>
  typeof primaries === 'object' ? primaries : STANDARD[primaries];

/** RGB light to XYZ; white has the luminance 1. */
function toXyz(primaries: Primaries): Matrix {
  const { red, green, blue, white } = chromaticitiesOf(primaries);
  const columns = transpose([xyz(red), xyz(green), xyz(blue)]);
  return multiply(columns, diagonal(apply(invert(columns), xyz(white))));
}

/** What red, green and blue contribute to luminance. */
export const luminanceWeights = (primaries: Primaries): Vector => toXyz(primaries)[1];

const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** Makes one white another (Bradford). */
function adaptation(from: Chromaticity, to: Chromaticity): Matrix {
  const [before, after] = [from, to].map((white) => apply(BRADFORD, xyz(white)));
  const gains = diagonal([after[0] / before[0], after[1] / before[1], after[2] / before[2]]);
  return multiply(invert(BRADFORD), multiply(gains, BRADFORD));
}

/** RGB light of some primaries to that of sRGB; undefined where they are the same. White stays white. */
export function toSrgbLight(primaries: Primaries): Matrix | undefined {
  if (isSrgb(primaries)) return undefined;
  const { white } = chromaticitiesOf(primaries);
  return multiply(invert(toXyz('bt709')), multiply(adaptation(white, D65), toXyz(primaries)));
}

/** Whether primaries are those of sRGB, up to the digits with which files write them. */
function isSrgb(primaries: Primaries): boolean {
  const values = (p: Primaries) =>
    Object.entries(chromaticitiesOf(p))
      .sort()
      .flatMap(([, place]) => [...place]);
  const srgb = values('bt709');
  return values(primaries).every((value, i) => Math.abs(value - srgb[i]) < 1e-3);
}

/** Light of an ICC profile's connection space (XYZ, white D50) to that of sRGB (Lindbloom's matrix, Bradford-adapted). */
export const pcsToSrgbLight: Matrix = invert([
  [0.4360747, 0.3850649, 0.1430804],
  [0.2225045, 0.7168786, 0.0606169],
  [0.0139322, 0.0971045, 0.7141733],
]);
