import { bitDepthOf, cropPicture, type Picture, resizePicture, withBitDepth } from '@sandwich/pictures';
import type { Random } from '../random.js';
import type { CropPlace } from './draw-crop.js';

type Photograph = Picture<Uint8Array | Uint16Array, 3>;

/** Side of the square that is `crop` pixels wide once a photograph is reduced to a share of its size. */
export const scaledSide = (crop: number, scale: number): number => Math.round(crop / scale);

/**
 * Draws at which of some scales a crop is taken: one at which the photograph is large enough. With one scale nothing is drawn.
 *
 * @returns the side of the square to cut, pixels
 */
export function drawSide(
  { width, height }: Photograph,
  crop: number,
  scales: readonly number[],
  random: Random,
): number {
  const sides = scales.map((scale) => scaledSide(crop, scale));
  if (sides.length === 1) return sides[0];
  const fitting = sides.filter((side) => side <= Math.min(width, height));
  return fitting[random.integer(fitting.length)];
}

/** A square crop of a photograph, reduced from `side` to `crop` pixels, in the bit depth that the photograph has. */
export async function scaledCrop(
  photograph: Photograph,
  place: CropPlace,
  side: number,
  crop: number,
): Promise<Photograph> {
  const cut = cropPicture(photograph, { ...place, width: side, height: side });
  const reduced = await resizePicture(cut, crop, crop);
  return { ...reduced, ...withBitDepth(reduced, bitDepthOf(photograph)), channels: 3 };
}
