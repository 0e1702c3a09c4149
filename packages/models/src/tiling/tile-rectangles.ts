import { setImmediate } from 'node:timers/promises';
import { multipleOf } from '@sandwich/pictures';

/** Options of what works tile by tile. */
export interface TileOptions {
  /** Side of a tile without its margin, pixels of the picture, brought up to the multiple at which tiles begin. */
  tile?: number;
  /** Called after each tile. */
  onTile?(done: number, count: number): void;
}

/** A part of a picture: from `left` and `top` up to, and without, `right` and `bottom`. */
export interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What a tile makes, and what it must see for that. */
export interface Tile {
  made: Rectangle;
  seen: Rectangle;
}

/** Large enough that margins cost little, small enough that the activations of slim networks take about 500 MB. */
const LEAST_TILE = 384;
/** Margins to the width of a tile: with 4, (1 + 2 / 4)^2, about twice the pixels of a tile are computed. */
const MARGINS_IN_TILE = 4;

/** The same rectangle of a picture that is so many times as large. */
export const scaled = ({ left, top, right, bottom }: Rectangle, by: number): Rectangle => ({
  left: left * by,
  top: top * by,
  right: right * by,
  bottom: bottom * by,
});

/**
 * Divides a picture into tiles.
 *
 * @param reach how far around a pixel a network looks, pixels
 * @param multiple where tiles and margins begin and end, but at the edges of the picture
 */
export function* tilesOf(
  { width, height }: { width: number; height: number },
  reach: number,
  multiple: number,
  { tile }: TileOptions,
): Generator<Tile> {
  const margin = multipleOf(multiple, reach);
  const side = multipleOf(multiple, tile ?? Math.max(LEAST_TILE, MARGINS_IN_TILE * margin));
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const made = { left, top, right: Math.min(left + side, width), bottom: Math.min(top + side, height) };
      const seen = {
        left: Math.max(left - margin, 0),
        top: Math.max(top - margin, 0),
        right: Math.min(made.right + margin, width),
        bottom: Math.min(made.bottom + margin, height),
      };
      yield { made, seen };
    }
  }
}

/** Does the work of each tile, one after the other; the event loop has its turn between them. */
export async function forEachTile(
  tiles: Iterable<Tile>,
  { onTile }: TileOptions,
  work: (tile: Tile) => void,
): Promise<void> {
  const all = [...tiles];
  for (const [i, tile] of all.entries()) {
    work(tile);
    onTile?.(i + 1, all.length);
    await setImmediate();
  }
}
