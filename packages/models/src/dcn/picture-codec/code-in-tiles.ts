import { planeSize, type SymbolPlanes } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { fillChannels, type LatentTiles, pictureOfLatent } from '../../learned-codec/latent-tiles.js';
import type { TileOptions } from '../../tiling/tile-rectangles.js';
import { codebookRange } from '../architecture.js';
import { type Dcn, LATENT_STRIDE } from '../dcn.js';
import { reachOf } from '../network/reach.js';
import { chooseSymbols } from './choose-symbols.js';

/** Pictures of up to 1920 x 1088 are a tile, whose activations take some 450 MB; those of 1024 take 260 MB with their margins, which cost a sixth. */
const TILES = { stride: LATENT_STRIDE, largest: 1920 * 1088, side: 1024 };

const encoderTiles = ({ encoder }: Dcn): LatentTiles => ({ ...TILES, reach: reachOf(encoder.layers, 1) });
const decoderTiles = ({ decoder }: Dcn): LatentTiles => ({ ...TILES, reach: reachOf(decoder.layers, LATENT_STRIDE) });

/** What the encoder sees of the samples of a picture: x / 127.5 - 1 in float32. */
const ENCODER_INPUTS = Float32Array.from({ length: 256 }, (_, sample) => Math.fround(sample / 127.5) - 1);

interface RateOptions extends TileOptions {
  /** See `Dcn.gainsAt`. */
  rate?: number;
}

interface SymbolOptions extends RateOptions {
  /** Whether symbols are chosen by rate and distortion, see `chooseSymbols`, for which all values of the latent are kept; default: the nearest ones. */
  trellis?: boolean;
}

/** What channels are multiplied by before they are quantised; undefined for a network of one rate. */
function encoderGains(dcn: Dcn, rate?: number): Float32Array | undefined {
  const gains = dcn.gainsAt(rate);
  if (!gains) return undefined;
  const values = gains.encoder.dataSync<'float32'>();
  tf.dispose([gains.encoder, gains.decoder]);
  return values;
}

/** Puts what is made of the values of the latent of a picture, tile by tile, into an array for each channel. */
async function fillFrom<Values extends Uint8Array | Float32Array>(
  dcn: Dcn,
  picture: Picture<Uint8Array, 3>,
  make: (value: number) => number,
  channels: Values[],
  { rate, ...options }: RateOptions,
): Promise<void> {
  const scale = dcn.scale;
  const gains = encoderGains(dcn, rate);
  const work = {
    levels: ENCODER_INPUTS,
    analyse: dcn.encoder.apply.bind(dcn.encoder),
    make: (value: number, channel: number) => make(Math.fround(Math.fround(value * scale) * (gains?.[channel] ?? 1))),
  };
  await fillChannels(picture, channels, encoderTiles(dcn), work, options);
}

/** The latent of a picture before it is quantised, by channel: row by row, of the size of `planeSize`. */
export async function latentInTiles(
  dcn: Dcn,
  picture: Picture<Uint8Array, 3>,
  options: RateOptions = {},
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
 * @returns indices of codebook entries, with the rate
 */
export async function encodeInTiles(
  dcn: Dcn,
  picture: Picture<Uint8Array, 3>,
  { trellis = false, ...options }: SymbolOptions = {},
): Promise<SymbolPlanes> {
  const { width, height } = picture;
  const { columns, rows } = planeSize(picture);
  const range = codebookRange(dcn.architecture);
  const [lowest, highest] = range;
  // As `nearestEntry` computes in float32.
  const symbolOf = (z: number) => Math.min(Math.max(Math.ceil(Math.fround(z - 0.5)), lowest), highest) - lowest;
  const planes = { width, height, ...(options.rate !== undefined && { rate: options.rate }) };
  if (trellis) {
    const latent = await latentInTiles(dcn, picture, options);
    return {
      ...planes,
      channels: latent.map((values) => chooseSymbols(values, Uint8Array.from(values, symbolOf), range)),
    };
  }
  const channels = Array.from({ length: dcn.architecture.features }, () => new Uint8Array(columns * rows));
  await fillFrom(dcn, picture, symbolOf, channels, options);
  return { ...planes, channels };
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
  const synthesise = (latent: tf.Tensor4D) =>
    tf.tidy(() => {
      const gains = dcn.gainsAt(planes.rate);
      return dcn.decoder.apply(gains ? tf.mul(latent, gains.decoder) : latent);
    });
  const work = { offsets, synthesise, sample: sampleOf };
  return pictureOfLatent(planes, decoderTiles(dcn), work, options);
}
