import { type Picture, toSamples } from '@sandwich/pictures';
import { doubling, filterLines, halving, type Planes } from './filter-lines.js';

// The best linear pair by least squares on photographs, which `fixtures/make_linear_filters.py` finds.

/** See `halving`. */
export const REDUCTION = [-0.02802, -0.09087, 0.14574, 0.47314, 0.47314, 0.14574, -0.09087, -0.02802];
/** See `doubling`. */
export const ENLARGEMENT = [0.01945, -0.02162, 0.20474, 0.90665, -0.20302, 0.13247, -0.03901];

/** Samples of a picture as they are. */
export const planesOf = ({ data, ...size }: Picture<Uint8Array | Float32Array, number>): Planes => ({
  ...size,
  data: Float64Array.from(data),
});

/** Samples of 8 bits of the left upper part of planes. */
export function croppedSamples({ data, ...planes }: Planes, { width, height }: { width: number; height: number }) {
  const samples = toSamples(Float32Array.from(data), 8);
  const [from, to] = [planes.width, width].map((side) => side * planes.channels);
  const cropped = new Uint8Array(height * to);
  for (let y = 0; y < height; y++) cropped.set(samples.subarray(y * from, y * from + to), y * to);
  return cropped;
}

/** A picture at half its width and height, rounded up: mirrored at its edges, and by one column and row where a side is odd. */
export function halvePicture<Channels extends number>(
  picture: Picture<Uint8Array, Channels>,
): Picture<Uint8Array, Channels> {
  const planes = filterLines(planesOf(picture), halving(REDUCTION));
  const { width, height } = planes;
  return { data: croppedSamples(planes, planes), width, height, channels: picture.channels };
}

/** A picture of `halvePicture` at twice its width and height, cropped to a size. */
export function doublePicture<Channels extends number>(
  picture: Picture<Uint8Array | Float32Array, Channels>,
  { width, height }: { width: number; height: number },
): Picture<Uint8Array, Channels> {
  const planes = filterLines(planesOf(picture), doubling(ENLARGEMENT));
  return { data: croppedSamples(planes, { width, height }), width, height, channels: picture.channels };
}
