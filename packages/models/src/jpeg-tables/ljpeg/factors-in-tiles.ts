import { tf } from '@sandwich/engine';
import { type Rectangle, scaled, type TileOptions, tilesOf } from '../../tiling/tile-rectangles.js';
import type { Attention, AttentionInputs } from './attention.js';
import { SIDE } from './published-transform.js';

/** Side of a tile, pixels. Photographs of 768 x 512 are whole, and what VGG19 computes of it takes about 2 GB. */
const TILE = 768;

const cut = (x: tf.Tensor4D, { left, top, right, bottom }: Rectangle): tf.Tensor4D =>
  tf.slice(x, [0, top, left, 0], [-1, bottom - top, right - left, -1]);

/** The factors of `Attention.factors`, computed tile by tile, so that pictures of any size need little memory. */
export function factorsInTiles(
  attention: Attention,
  { images, coefficients, steps }: AttentionInputs,
  { tile = TILE }: Pick<TileOptions, 'tile'> = {},
): tf.Tensor4D {
  return tf.tidy(() => {
    const [, height, width] = images.shape;
    const rows = new Map<number, tf.Tensor4D[]>();
    for (const { made, seen } of tilesOf({ width, height }, attention.reach, SIDE, { tile })) {
      const factors = tf.tidy(() => {
        const part = { images: cut(images, seen), coefficients: cut(coefficients, scaled(seen, 1 / SIDE)), steps };
        const inside = {
          left: made.left - seen.left,
          top: made.top - seen.top,
          right: made.right - seen.left,
          bottom: made.bottom - seen.top,
        };
        return cut(attention.factors(part), scaled(inside, 1 / SIDE));
      });
      rows.set(made.top, [...(rows.get(made.top) ?? []), factors]);
    }
    return tf.concat(
      Array.from(rows.values(), (row) => tf.concat(row, 2)),
      1,
    );
  });
}
