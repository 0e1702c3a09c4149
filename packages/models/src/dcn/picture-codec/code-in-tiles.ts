import { planeSize, type SymbolPlanes } from '@sandwich/codecs';
import { tf, valuesOf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { cutTile, writeTile } from '../../tiling/tile-pictures.js';
import {
  forEachTile,
  type Rectangle,
  scaled,
  type Tile,
  type TileOptions,
  tilesOf,
} from '../../tiling/tile-rectangles.js';
import { codebookRange } from '../architecture.js';
import { type Dcn, LATENT_STRIDE } from '../dcn.js';
import { reachOf } from '../network/reach.js';

/** Pixels that the networks see at a time, those of 1920 x 1088: their activations take some 450 MB. */
const LARGEST_TILE = 1920 * 1088;
/** Side of the tiles of larger pictures: 260 MB with their margins, which cost a sixth. */
const TILE_SIDE = 1024;

/** Width and height of a picture up to whole symbols. */
function paddedSize(size: { width: number; height: number }): { width: number; height: number } {
  const { columns, rows } = planeSize(size);
  return { width: columns * LATENT_STRIDE, height: rows * LATENT_STRIDE };
}

/** Beyond the right and the bottom edge of a picture its last pixels are repeated. */
const repeated = (index: number, length: number): number => Math.min(index, length - 1);

/** Tiles of a picture: one for all of it where it is small enough. */
function tilesOfPicture(size: { width: number; height: number }, reach: number, { tile }: TileOptions): Iterable<Tile> {
  const { width, height } = paddedSize(size);
  const usual = width * height <= LARGEST_TILE ? Math.max(width, height) : TILE_SIDE;
  return tilesOf({ width, height }, reach, LATENT_STRIDE, { tile: tile ?? usual });
}

/** What the encoder sees of the samples of a picture: x / 127.5 - 1 in float32. */
const ENCODER_INPUTS = Float32Array.from({ length: 256 }, (_, sample) => Math.fround(sample / 127.5) - 1);

/** Puts what is made of the values of the latent of a picture, tile by tile, into an array for each channel. */
async function fillChannels<Values extends Uint8Array | Float32Array>(
  dcn: Dcn,
  picture: Picture<Uint8Array, 3>,
  make: (value: number) => number,
  channels: Values[],
  options: TileOptions,
): Promise<void> {
  const { columns } = planeSize(picture);
  const scale = dcn.scale;
  await forEachTile(tilesOfPicture(picture, reachOf(dcn.encoder.layers, 1), options), options, ({ made, seen }) => {
    const values = valuesOf(() => dcn.encoder.apply(cutTile(picture, seen, repeated, ENCODER_INPUTS)));
    const [from, to] = [scaled(seen, 1 / LATENT_STRIDE), scaled(made, 1 / LATENT_STRIDE)];
    const width = from.right - from.left;
    for (const [channel, target] of channels.entries()) {
      for (let y = to.top; y < to.bottom; y++) {
        let at = ((y - from.top) * width + to.left - from.left) * channels.length + channel;
        for (let i = y * columns + to.left; i < y * columns + to.right; i++, at += channels.length)
          target[i] = make(Math.fround(values[at] * scale));
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
  await fillChannels(dcn, picture, (value) => value, channels, options);
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
  const [lowest, highest] = codebookRange(dcn.architecture);
  const channels = Array.from({ length: dcn.architecture.features }, () => new Uint8Array(columns * rows));
  // As `nearestEntry` computes in float32.
  const symbolOf = (z: number) => Math.min(Math.max(Math.ceil(Math.fround(z - 0.5)), lowest), highest) - lowest;
  await fillChannels(dcn, picture, symbolOf, channels, options);
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

/** Samples of what the decoder makes, 127.5 (y + 1) in float32: rounded, halves to even, and clipped, which a clamped array does. */
function samplesOf(decoded: Float32Array): Uint8Array {
  const samples = new Uint8ClampedArray(decoded.length);
  for (let i = 0; i < decoded.length; i++) samples[i] = Math.fround(Math.fround(decoded[i] + 1) * 127.5);
  return new Uint8Array(samples.buffer);
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
  const tiles = tilesOfPicture(planes, reachOf(dcn.decoder.layers, LATENT_STRIDE), options);
  await forEachTile(tiles, options, (tile) => {
    const seen = scaled(tile.seen, 1 / LATENT_STRIDE);
    const values = valuesOf(() => dcn.decoder.apply(latentOf(planes, columns, lowest, seen)));
    writeTile(picture, samplesOf(values), tile);
  });
  return picture;
}
