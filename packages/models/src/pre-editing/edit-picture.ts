import { valuesOf } from '@sandwich/engine';
import { type Picture, toRgb, toSamples } from '@sandwich/pictures';
import { cutTile, writeTile } from '../tiling/tile-pictures.js';
import { forEachTile, type TileOptions, tilesOf } from '../tiling/tile-rectangles.js';
import { PRE_EDITOR_REACH, type PreEditor } from './pre-editor.js';

/**
 * A picture as a trained network edits it, tile by tile: an ordinary picture of 8 bits, for any codec.
 *
 * @param picture of 8 bits; grey ones become RGB
 */
export async function editPicture(
  system: PreEditor,
  picture: Picture<Uint8Array>,
  options: TileOptions = {},
): Promise<Picture<Uint8Array, 3>> {
  const source = toRgb(picture) as Picture<Uint8Array>;
  const { width, height } = source;
  const edited = { data: new Uint8Array(3 * width * height), width, height, channels: 3 as const };
  await forEachTile(tilesOf(source, PRE_EDITOR_REACH, 1, options), options, (tile) => {
    const values = valuesOf(() => system.edit(cutTile(source, tile.seen, (index) => index)));
    writeTile(edited, toSamples(values, 8), tile);
  });
  return edited;
}
