import { latentSize } from '@sandwich/codecs';
import { tf, valuesOf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { cutTile, writeTile } from '../tiling/tile-pictures.js';
import {
  forEachTile,
  type Rectangle,
  scaled,
  type Tile,
  type TileOptions,
  tilesOf,
} from '../tiling/tile-rectangles.js';

/** How a network that makes a latent of pictures, or pictures of a latent, works tile by tile. */
export interface LatentTiles {
  /** Pixels of the picture, in each direction, that are a place of the latent. */
  stride: number;
  /** How far around a pixel the network looks, pixels. */
  reach: number;
  /** Pixels that the network sees at a time; pictures of no more are one tile. */
  largest: number;
  /** Side of the tiles of larger pictures. */
  side: number;
}

interface Size {
  width: number;
  height: number;
}

/** Beyond the right and the bottom edge of a picture its last pixels are repeated. */
const repeated = (index: number, length: number): number => Math.min(index, length - 1);

/** Tiles of a picture up to whole places of the latent. */
function tilesOfPicture(
  size: Size,
  { stride, reach, largest, side }: LatentTiles,
  options: TileOptions,
): Iterable<Tile> {
  const { columns, rows } = latentSize(size, stride);
  const [width, height] = [columns * stride, rows * stride];
  const usual = width * height <= largest ? Math.max(width, height) : side;
  return tilesOf({ width, height }, reach, stride, { tile: options.tile ?? usual });
}

/**
 * Puts what a network makes of a picture, tile by tile, into an array for each channel, row by row: the latent of the whole picture, whose last pixels are
 * repeated up to whole places.
 *
 * @param work.levels what the network sees of samples, by sample; default themselves
 * @param work.analyse a tile, [1, H, W, 3], to [1, H / stride, W / stride, channels]
 * @param work.make what is kept of a value of a channel
 */
export async function fillChannels<Values extends Uint8Array | Int32Array | Float32Array>(
  picture: Picture<Uint8Array, 3>,
  channels: readonly Values[],
  tiles: LatentTiles,
  work: { levels?: Float32Array; analyse(tile: tf.Tensor4D): tf.Tensor; make(value: number, channel: number): number },
  options: TileOptions,
): Promise<void> {
  const { columns } = latentSize(picture, tiles.stride);
  await forEachTile(tilesOfPicture(picture, tiles, options), options, ({ made, seen }) => {
    const values = valuesOf(() => work.analyse(cutTile(picture, seen, repeated, work.levels)));
    const [from, to] = [scaled(seen, 1 / tiles.stride), scaled(made, 1 / tiles.stride)];
    const width = from.right - from.left;
    for (const [channel, target] of channels.entries()) {
      for (let y = to.top; y < to.bottom; y++) {
        let at = ((y - from.top) * width + to.left - from.left) * channels.length + channel;
        for (let i = y * columns + to.left; i < y * columns + to.right; i++, at += channels.length)
          target[i] = work.make(values[at], channel);
      }
    }
  });
}

/** A part of a latent, [1, h, w, channels]. @param offsets what is added to the numbers of each channel */
function cutLatent(
  channels: readonly (Uint8Array | Int32Array)[],
  columns: number,
  offsets: ArrayLike<number>,
  { left, top, right, bottom }: Rectangle,
): tf.Tensor4D {
  const shape: [number, number, number, number] = [1, bottom - top, right - left, channels.length];
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  for (const [channel, symbols] of channels.entries()) {
    let to = channel;
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++, to += channels.length)
        values[to] = symbols[y * columns + x] + offsets[channel];
    }
  }
  return tf.tensor4d(values, shape);
}

/**
 * Makes a picture of a latent, tile by tile.
 *
 * @param latent its size is that of the picture, its channels are row by row
 * @param work.offsets what is added to the numbers of each channel
 * @param work.synthesise a part of the latent, [1, h, w, channels], to [1, h stride, w stride, 3]
 * @param work.sample of what the network makes, before it is rounded, halves to even, and clipped
 */
export async function pictureOfLatent(
  latent: Size & { channels: readonly (Uint8Array | Int32Array)[] },
  tiles: LatentTiles,
  work: { offsets: ArrayLike<number>; synthesise(latent: tf.Tensor4D): tf.Tensor; sample(value: number): number },
  options: TileOptions,
): Promise<Picture<Uint8Array, 3>> {
  const { width, height, channels } = latent;
  const { columns } = latentSize(latent, tiles.stride);
  const picture = { data: new Uint8Array(width * height * 3), width, height, channels: 3 as const };
  await forEachTile(tilesOfPicture(latent, tiles, options), options, (tile) => {
    const seen = scaled(tile.seen, 1 / tiles.stride);
    const values = valuesOf(() => work.synthesise(cutLatent(channels, columns, work.offsets, seen)));
    // A clamped array rounds and clips.
    const samples = new Uint8ClampedArray(values.length);
    for (let i = 0; i < values.length; i++) samples[i] = work.sample(values[i]);
    writeTile(picture, new Uint8Array(samples.buffer), tile);
  });
  return picture;
}
