import { tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import type { Rectangle, Tile } from './tile-rectangles.js';

/**
 * A part of a picture, [1, H, W, C].
 *
 * @param insideOf the row or column of the picture that stands for one at an index of at least 0, itself where it lies in the picture; it may lie beyond its
 *   `length`
 * @param levels what samples become, by sample; default themselves
 */
export function cutTile(
  { data, width, height, channels }: Picture<Uint8Array | Uint16Array | Float32Array, number>,
  { left, top, right, bottom }: Rectangle,
  insideOf: (index: number, length: number) => number,
  levels?: Float32Array,
): tf.Tensor4D {
  const columns = right - left;
  const within = Math.min(right, width);
  const values = new Float32Array((bottom - top) * columns * channels);
  for (let y = top, to = 0; y < bottom; y++) {
    const row = insideOf(y, height) * width;
    values.set(data.subarray((row + left) * channels, (row + within) * channels), to);
    to += (within - left) * channels;
    for (let x = within; x < right; x++) {
      const from = (row + insideOf(x, width)) * channels;
      for (let k = 0; k < channels; k++) values[to++] = data[from + k];
    }
  }
  if (levels) for (let i = 0; i < values.length; i++) values[i] = levels[values[i]];
  return tf.tensor4d(values, [1, bottom - top, columns, channels]);
}

/** Puts what a tile made into the picture, as far as it lies in it; `samples` are those of all that the tile saw. */
export function writeTile(
  picture: Picture<Uint8Array | Uint16Array, number>,
  samples: Uint8Array | Uint16Array,
  { made, seen }: Tile,
): void {
  const { data, width, height, channels } = picture;
  const right = Math.min(made.right, width);
  const columns = seen.right - seen.left;
  for (let y = made.top; y < Math.min(made.bottom, height); y++) {
    const from = ((y - seen.top) * columns + made.left - seen.left) * channels;
    const row = samples.subarray(from, from + (right - made.left) * channels);
    data.set(row, (y * width + made.left) * channels);
  }
}
