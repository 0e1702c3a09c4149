import { fpicLatentSize } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import { fillChannels, type LatentTiles, pictureOfLatent } from '../../learned-codec/latent-tiles.js';
import type { TileOptions } from '../../tiling/tile-rectangles.js';
import type { FactorizedPrior } from '../factorized-prior.js';
import { LATENT_STRIDE, REACH } from '../network/layers.js';

const TILES: LatentTiles = { stride: LATENT_STRIDE, reach: REACH, largest: 1024 * 1024, side: 768 };

/** What a range coder codes of a picture: whole distances from the medians, by channel and row by row. */
export interface LatentLevels {
  width: number;
  height: number;
  channels: Int32Array[];
}

/** The whole number next to a float32, of two the even one. @throws Error for what has none of 32 bits, as diverged weights make it */
function levelOf(value: number): number {
  const near = Math.round(value);
  const level = near - value === 0.5 && near % 2 !== 0 ? near - 1 : near;
  // Minus zero is a level, too.
  if (level !== (level | 0)) throw new Error(`the network makes ${value} in its latent: its weights have diverged`);
  return level;
}

/**
 * The levels of a picture, tile by tile: those of the whole picture, whose last pixels are repeated up to sides that are multiples of 16, but for values that
 * the rounding of floats brings to the other side of a half.
 *
 * @param medians of the channels, float32
 */
export async function encodeInTiles(
  prior: FactorizedPrior,
  medians: Float32Array,
  picture: Picture<Uint8Array, 3>,
  options: TileOptions = {},
): Promise<LatentLevels> {
  const { width, height } = picture;
  const { columns, rows } = fpicLatentSize(picture);
  const channels = Array.from({ length: medians.length }, () => new Int32Array(columns * rows));
  const work = {
    analyse: prior.latent.bind(prior),
    make: (value: number, channel: number) => levelOf(Math.fround(value - medians[channel])),
  };
  await fillChannels(picture, channels, TILES, work, options);
  return { width, height, channels };
}

/** The picture that levels stand for, tile by tile; see `encodeInTiles`. */
export function decodeInTiles(
  prior: FactorizedPrior,
  medians: Float32Array,
  levels: LatentLevels,
  options: TileOptions = {},
): Promise<Picture<Uint8Array, 3>> {
  const work = { offsets: medians, synthesise: prior.decode.bind(prior), sample: (value: number) => value };
  return pictureOfLatent(levels, TILES, work, options);
}
