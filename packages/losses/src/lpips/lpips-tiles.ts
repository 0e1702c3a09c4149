import { multipleOf } from '@sandwich/pictures';
import type { TapGeometry } from './backbones.js';

interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A part of a picture whose features are counted, and what the network must see for them. */
export interface LpipsTile {
  counted: Rectangle;
  seen: Rectangle;
}

/**
 * Tiles of a picture. They begin at multiples of the network's total stride, so that strides and windows fall as in the whole picture, and
 * what they see reaches as far beyond what they count as features look: zeros around a tile then have no part in what is counted.
 *
 * @param taps of the network
 * @param side of a tile without its margin, pixels, brought up to a multiple of the total stride
 */
export function* tilesOf(
  { width, height }: { width: number; height: number },
  taps: readonly TapGeometry[],
  side: number,
): Generator<LpipsTile> {
  const stride = Math.max(...taps.map((tap) => tap.stride));
  const margin = multipleOf(stride, Math.max(...taps.flatMap(({ before, after }) => [before, after])));
  const step = multipleOf(stride, side);
  for (let top = 0; top < height; top += step) {
    for (let left = 0; left < width; left += step) {
      const counted = { left, top, right: Math.min(left + step, width), bottom: Math.min(top + step, height) };
      yield {
        counted,
        seen: {
          left: Math.max(left - margin, 0),
          top: Math.max(top - margin, 0),
          right: Math.min(counted.right + margin, width),
          bottom: Math.min(counted.bottom + margin, height),
        },
      };
    }
  }
}

/** Adds what a tile counts of the map of a tap. */
export function addTile(
  total: { sum: number; count: number },
  map: { data: Float32Array; width: number; height: number },
  { counted, seen }: LpipsTile,
  { stride }: TapGeometry,
): void {
  const first = (from: number, begin: number) => (from - begin) / stride;
  // Close to the right and the lower edge of the picture there is no room for another feature.
  const columns = Math.min(first(counted.right, seen.left), map.width);
  const rows = Math.min(first(counted.bottom, seen.top), map.height);
  for (let y = first(counted.top, seen.top); y < rows; y++) {
    for (let x = first(counted.left, seen.left); x < columns; x++) {
      total.sum += map.data[y * map.width + x];
      total.count++;
    }
  }
}

/** The mean over all tiles of each tap. */
export const meansOf = (totals: readonly { sum: number; count: number }[]): number[] =>
  totals.map(({ sum, count }) => sum / count);
