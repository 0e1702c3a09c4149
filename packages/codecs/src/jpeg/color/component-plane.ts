import { multipleOf, type Picture } from '@sandwich/pictures';

// Colour components of a picture, each a picture of one channel.

/** Grows a plane to the right and downwards by repeating its last column and its last row, as libjpeg does to fill whole blocks. */
export function replicateEdges(plane: Picture<Uint8Array, 1>, width: number, height: number): Picture<Uint8Array, 1> {
  if (width === plane.width && height === plane.height) return plane;
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < plane.height; y++) {
    const source = y * plane.width;
    const target = y * width;
    samples.set(plane.data.subarray(source, source + plane.width), target);
    samples.fill(plane.data[source + plane.width - 1], target + plane.width, target + width);
  }
  const lastRow = (plane.height - 1) * width;
  for (let y = plane.height; y < height; y++) samples.copyWithin(y * width, lastRow, lastRow + width);
  return { data: samples, width, height, channels: 1 };
}

/** Fills up a plane to whole 8x8 blocks. */
export function wholeBlocks(plane: Picture<Uint8Array, 1>): Picture<Uint8Array, 1> {
  return replicateEdges(plane, multipleOf(8, plane.width), multipleOf(8, plane.height));
}

/** The upper left part of a plane. */
export function cropped(plane: Picture<Uint8Array, 1>, width: number, height: number): Picture<Uint8Array, 1> {
  if (width === plane.width) return { data: plane.data.subarray(0, width * height), width, height, channels: 1 };
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    samples.set(plane.data.subarray(y * plane.width, y * plane.width + width), y * width);
  }
  return { data: samples, width, height, channels: 1 };
}
