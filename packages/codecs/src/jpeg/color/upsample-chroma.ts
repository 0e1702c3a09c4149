import type { Picture } from '@sandwich/pictures';

// libjpeg's "fancy upsampling": samples lie at the centres of the pixels they were averaged from, and each output is the linear
// interpolation of the nearest two, 3/4 and 1/4, in each halved direction. Edges are replicated. Halves are rounded down and up in
// turn. Where there are no more than two columns libjpeg repeats samples instead.
const NARROWEST_INTERPOLATED = 3;

/** Doubles a plane in width. Sizes are those of the image; planes may be larger by what fills whole blocks. */
export function doubleWidth(plane: Picture<Uint8Array, 1>, width: number, height: number): Picture<Uint8Array, 1> {
  const columns = Math.ceil(width / 2);
  if (columns < NARROWEST_INTERPOLATED) return repeat(plane, width, height, 0);
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = plane.data.subarray(y * plane.width, y * plane.width + columns);
    for (let x = 0, target = y * width; x < width; x++, target++) {
      const near = x >> 1;
      const neighbor = nextSample(x, columns);
      samples[target] = (3 * row[near] + row[neighbor] + 1 + (x & 1)) >> 2;
    }
  }
  return { data: samples, width, height, channels: 1 };
}

/** Doubles a plane in both directions. Sizes are those of the image; planes may be larger by what fills whole blocks. */
export function doubleBoth(plane: Picture<Uint8Array, 1>, width: number, height: number): Picture<Uint8Array, 1> {
  const columns = Math.ceil(width / 2);
  const rows = Math.ceil(height / 2);
  if (columns < NARROWEST_INTERPOLATED) return repeat(plane, width, height, 1);
  const samples = new Uint8Array(width * height);
  const mixed = new Uint16Array(columns);
  for (let y = 0; y < height; y++) {
    const near = (y >> 1) * plane.width;
    const far = nextSample(y, rows) * plane.width;
    for (let x = 0; x < columns; x++) mixed[x] = 3 * plane.data[near + x] + plane.data[far + x];
    for (let x = 0, target = y * width; x < width; x++, target++) {
      samples[target] = (3 * mixed[x >> 1] + mixed[nextSample(x, columns)] + 8 - (x & 1)) >> 4;
    }
  }
  return { data: samples, width, height, channels: 1 };
}

/** The second nearest of `length` samples to a place among twice as many: the one before for even places, the one after for odd ones. */
function nextSample(place: number, length: number): number {
  const neighbor = (place >> 1) - 1 + 2 * (place & 1);
  return Math.min(Math.max(neighbor, 0), length - 1);
}

function repeat(
  plane: Picture<Uint8Array, 1>,
  width: number,
  height: number,
  verticalShift: number,
): Picture<Uint8Array, 1> {
  const samples = new Uint8Array(width * height);
  for (let y = 0, target = 0; y < height; y++) {
    const row = (y >> verticalShift) * plane.width;
    for (let x = 0; x < width; x++) samples[target++] = plane.data[row + (x >> 1)];
  }
  return { data: samples, width, height, channels: 1 };
}
