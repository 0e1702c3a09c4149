import { type Picture, toSamples } from '@sandwich/pictures';
import { ENLARGEMENT, REDUCTION } from '../processor/half-size-filters.js';
import { doubling, filterLines, halving, type Planes } from './filter-lines.js';

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
