import { planeSize, type SymbolPlanes } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import { fillChannels, type LatentTiles, pictureOfLatent } from '../../learned-codec/latent-tiles.js';
import type { TileOptions } from '../../tiling/tile-rectangles.js';
import { codebookRange } from '../architecture.js';
import { type Dcn, LATENT_STRIDE } from '../dcn.js';
import { reachOf } from '../network/reach.js';

/** Pictures of up to 1920 x 1088 are a tile, whose activations take some 450 MB; those of 1024 take 260 MB with their margins, which cost a sixth. */
const TILES = { stride: LATENT_STRIDE, largest: 1920 * 1088, side: 1024 };

const encoderTiles = ({ encoder }: Dcn): LatentTiles => ({ ...TILES, reach: reachOf(encoder.layers, 1) });
const decoderTiles = ({ decoder }: Dcn): LatentTiles => ({ ...TILES, reach: reachOf(decoder.layers, LATENT_STRIDE) });

/** What the encoder sees of the samples of a picture: x / 127.5 - 1 in float32. */
const ENCODER_INPUTS = Float32Array.from({ length: 256 }, (_, sample) => Math.fround(sample / 127.5) - 1);

/** Puts what is made of the values of the latent of a picture, tile by tile, into an array for each channel. */
async function fillFrom<Values extends Uint8Array | Float32Array>(
  dcn: Dcn,
  picture: Picture<Uint8Array, 3>,
  make: (value: number) => number,
  channels: Values[],
  options: TileOptions,
): Promise<void> {
  const scale = dcn.scale;
  const work = {
    levels: ENCODER_INPUTS,
    analyse: dcn.encoder.apply.bind(dcn.encoder),
    make: (value: number) => make(Math.fround(value * scale)),
  };
  await fillChannels(picture, channels, encoderTiles(dcn), work, options);
}

/** The latent of a picture before it is quantised, by channel: row by row, of the size of `planeSize`. */
export async function latentInTiles(
  dcn: Dcn,
  picture: Picture<Uint8Array, 3>,
  options: TileOptions = {},
): Promise<Float32Array[]> {
  const { columns, rows } = planeSize(picture);
  const channels = Array.from({ length: dcn.architecture.features }, () => new Float32Array(columns * rows));
  await fillFrom(dcn, picture, (value) => value, channels, options);
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
  await fillFrom(dcn, picture, symbolOf, channels, options);
  return { width, height, channels };
}

/** 127.5 (y + 1) in float32. */
const sampleOf = (decoded: number): number => Math.fround(Math.fround(decoded + 1) * 127.5);

/** The picture that symbols stand for, tile by tile; see `encodeInTiles`. */
export function decodeInTiles(
  dcn: Dcn,
  planes: SymbolPlanes,
  options: TileOptions = {},
): Promise<Picture<Uint8Array, 3>> {
  const [lowest] = codebookRange(dcn.architecture);
  const offsets = planes.channels.map(() => lowest);
  const work = { offsets, synthesise: dcn.decoder.apply.bind(dcn.decoder), sample: sampleOf };
  return pictureOfLatent(planes, decoderTiles(dcn), work, options);
}
