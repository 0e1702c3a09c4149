import { planeSize, type SymbolPlanes } from '@sandwich/codecs';
import { tf, valuesOf } from '@sandwich/engine';
import { type Picture, toSamples } from '@sandwich/pictures';
import { cutTile, writeTile } from '../../tiling/tile-pictures.js';
import { forEachTile, type Rectangle, scaled, type TileOptions, tilesOf } from '../../tiling/tile-rectangles.js';
import { codebookRange } from '../architecture.js';
import { type Dcn, LATENT_STRIDE } from '../dcn.js';
import { reachOf } from '../network/reach.js';

const LEAST_TILE = 512;

/** Width and height of a picture up to whole symbols. */
function paddedSize(size: { width: number; height: number }): { width: number; height: number } {
  const { columns, rows } = planeSize(size);
  return { width: columns * LATENT_STRIDE, height: rows * LATENT_STRIDE };
}

/** Beyond the right and the bottom edge of a picture its last pixels are repeated. */
const repeated = (index: number, length: number): number => Math.min(index, length - 1);

/** Puts what is made of the latent of a picture, tile by tile, into an array for each channel. */
async function fillChannels(
  dcn: Dcn,
  picture: Picture<Uint8Array, 3>,
  make: (latent: tf.Tensor4D) => tf.Tensor,
  channels: (Uint8Array | Float32Array)[],
  options: TileOptions,
): Promise<void> {
  const { columns } = planeSize(picture);
  const count = channels.length;
  const reach = reachOf(dcn.encoder.layers, 1);
  const tiles = tilesOf(paddedSize(picture), reach, LATENT_STRIDE, { tile: LEAST_TILE, ...options });
  await forEachTile(tiles, options, ({ made, seen }) => {
    const values = valuesOf(() => make(dcn.latent(cutTile(picture, seen, repeated))));
    const [from, to] = [scaled(seen, 1 / LATENT_STRIDE), scaled(made, 1 / LATENT_STRIDE)];
    for (let y = to.top; y < to.bottom; y++) {
      for (let x = to.left; x < to.right; x++) {
        const at = ((y - from.top) * (from.right - from.left) + x - from.left) * count;
        for (let channel = 0; channel < count; channel++) channels[channel][y * columns + x] = values[at + channel];
      }
    }
  });
}

/** The latent of a picture before it is quantised, by channel: row by row, of the size of `planeSize`. */
export async function latentInTiles(
  dcn: Dcn,
  picture: Picture<Uint8Array, 3>,
  options: TileOptions = {},
): Promise<Float32Array[]> {
  const { columns, rows } = planeSize(picture);
  const channels = Array.from({ length: dcn.architecture.features }, () => new Float32Array(columns * rows));
  await fillChannels(dcn, picture, (latent) => latent, channels, options);
  return channels;
}

/**
 * The symbols of a picture, tile by tile: those of the whole picture, whose last pixels are repeated up to sides that are multiples of 8, but for values that
 * the rounding of floats brings to the other side of a half.
 *
 * @returns indices of codebook entries
 */
export async function encodeInTiles(
  dcn: Dcn,
  picture: Picture<Uint8Array, 3>,
  options: TileOptions = {},
): Promise<SymbolPlanes> {
  const { width, height } = picture;
  const { columns, rows } = planeSize(picture);
  const [lowest] = codebookRange(dcn.architecture);
  const channels = Array.from({ length: dcn.architecture.features }, () => new Uint8Array(columns * rows));
  await fillChannels(dcn, picture, (latent) => tf.sub(dcn.quantize(latent), lowest), channels, options);
  return { width, height, channels };
}

/** A part of the latent that symbols stand for, [1, h, w, channels]. */
function latentOf(
  { channels }: SymbolPlanes,
  columns: number,
  lowest: number,
  { left, top, right, bottom }: Rectangle,
): tf.Tensor4D {
  const shape: [number, number, number, number] = [1, bottom - top, right - left, channels.length];
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  for (const [channel, symbols] of channels.entries()) {
    let to = channel;
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++, to += channels.length) values[to] = symbols[y * columns + x] + lowest;
    }
  }
  return tf.tensor4d(values, shape);
}

/** The picture that symbols stand for, tile by tile; see `encodeInTiles`. */
export async function decodeInTiles(
  dcn: Dcn,
  planes: SymbolPlanes,
  options: TileOptions = {},
): Promise<Picture<Uint8Array, 3>> {
  const { width, height } = planes;
  const { columns } = planeSize(planes);
  const [lowest] = codebookRange(dcn.architecture);
  const picture = { data: new Uint8Array(width * height * 3), width, height, channels: 3 as const };
  const reach = reachOf(dcn.decoder.layers, LATENT_STRIDE);
  const tiles = tilesOf(paddedSize(planes), reach, LATENT_STRIDE, { tile: LEAST_TILE, ...options });
  await forEachTile(tiles, options, (tile) => {
    const seen = scaled(tile.seen, 1 / LATENT_STRIDE);
    const values = valuesOf(() => dcn.decode(latentOf(planes, columns, lowest, seen)));
    writeTile(picture, toSamples(values, 8), tile);
  });
  return picture;
}
