import type { ChannelCdf } from '@sandwich/codec-proxy';
import {
  type FpicPicture,
  fpicLatentSize,
  leastBits,
  ransDecode,
  ransEncode,
  readFpic,
  writeFpic,
} from '@sandwich/codecs';
import { fromFloat16, toFloat16, valuesOf } from '@sandwich/engine';
import { assertPicture, type Picture, type PictureCodec, toRgb } from '@sandwich/pictures';
import { assertNetwork, networkName } from '../../learned-codec/network-name.js';
import { weightsIdentity } from '../../learned-codec/weights-identity.js';
import type { TileOptions } from '../../tiling/tile-rectangles.js';
import type { FactorizedPrior } from '../factorized-prior.js';
import { decodeInTiles, encodeInTiles, type LatentLevels } from './code-in-tiles.js';

/** Options of `FactorizedPriorCodec`. */
export type FactorizedPriorCodecOptions = Pick<TileOptions, 'onTile'>;

/** Medians in float16, as packed weights have them, too. */
function roundedMedians({ bottleneck }: FactorizedPrior): Float32Array {
  return fromFloat16(toFloat16(valuesOf(() => bottleneck.medians())));
}

/** The range coder loses less than this share of what the distributions say, and the 64 bits of its state. */
const CODING_LOSS = { share: 1e-3, bits: 64 };

/**
 * A trained factorised-prior codec as a codec of pictures: `.fpic` files, which hold pictures of any size and name their network.
 *
 * Pictures may be large: the transforms see them in tiles.
 *
 * @example
 * const codec = new FactorizedPriorCodec(prior);
 * const file = await codec.encode(picture);
 * const restored = await codec.decode(file);
 */
export class FactorizedPriorCodec implements PictureCodec<FactorizedPriorCodecOptions, FactorizedPriorCodecOptions> {
  readonly bitDepth = 8;
  readonly formats = { '.fpic': {} };
  readonly #identity: Uint8Array;
  readonly #medians: Float32Array;
  #distributions?: Promise<ChannelCdf[]>;

  /** @param prior the codec owns and disposes it */
  constructor(readonly prior: FactorizedPrior) {
    this.#identity = weightsIdentity(prior.parameters);
    this.#medians = roundedMedians(prior);
  }

  /** As the network is called in what commands print. */
  get name(): string {
    return networkName(this.#identity);
  }

  /**
   * The levels of a picture: the rounded latent, as distances from the medians.
   *
   * @param picture of 8 bits; gray becomes RGB
   */
  async levels(picture: Picture, options: FactorizedPriorCodecOptions = {}): Promise<LatentLevels> {
    assertPicture(picture, 'picture.', { bitDepth: 8 });
    return encodeInTiles(this.prior, this.#medians, toRgb(picture as Picture<Uint8Array>), options);
  }

  /**
   * Writes a picture as a file.
   *
   * @throws RangeError when the picture is malformed or too large
   */
  async encode(picture: Picture, options: FactorizedPriorCodecOptions = {}): Promise<Uint8Array> {
    const { width, height, channels } = await this.levels(picture, options);
    const place = channels[0].length;
    const levels = new Int32Array(channels.length * place);
    for (const [channel, own] of channels.entries()) levels.set(own, channel * place);
    const string = ransEncode(levels, (i) => Math.floor(i / place), await this.#cdfs());
    return writeFpic({ width, height, network: this.#identity, channels: channels.length, string });
  }

  /** Finds out whether a file is one of this network, without the work of the synthesis. @throws Error as `decode` */
  async check(bytes: Uint8Array): Promise<void> {
    await this.#ownFile(bytes);
  }

  /**
   * Restores the picture of a file.
   *
   * @throws Error with the reason: no such file, damaged, or of another network
   */
  async decode(bytes: Uint8Array, options: FactorizedPriorCodecOptions = {}): Promise<Picture<Uint8Array, 3>> {
    return this.pictureOf(await this.levelsOfFile(bytes), options);
  }

  /**
   * The levels that a file holds.
   *
   * @throws Error with the reason: no such file, damaged, or of another network
   */
  async levelsOfFile(bytes: Uint8Array): Promise<LatentLevels> {
    const { width, height, channels: count, string } = await this.#ownFile(bytes);
    const { columns, rows } = fpicLatentSize({ width, height });
    const place = columns * rows;
    const levels = ransDecode(string, count * place, (i) => Math.floor(i / place), await this.#cdfs());
    const channels = Array.from({ length: count }, (_, i) => levels.subarray(i * place, (i + 1) * place));
    return { width, height, channels };
  }

  /** The picture that levels stand for. */
  pictureOf(levels: LatentLevels, options: FactorizedPriorCodecOptions = {}): Promise<Picture<Uint8Array, 3>> {
    return decodeInTiles(this.prior, this.#medians, levels, options);
  }

  /** Frees the networks. */
  dispose(): void {
    this.prior.dispose();
  }

  #cdfs(): Promise<ChannelCdf[]> {
    this.#distributions ??= this.prior.bottleneck.integerCdfs('float16');
    return this.#distributions;
  }

  /** A file of this network whose string can hold the levels of its picture, so that nothing larger than that is ever made. */
  async #ownFile(bytes: Uint8Array): Promise<FpicPicture> {
    const file = readFpic(bytes);
    assertNetwork(file.network, this.#identity);
    const { latentChannels } = this.prior.architecture;
    if (file.channels !== latentChannels)
      throw new Error(`it has ${file.channels} channels, and this network ${latentChannels}`);
    const { columns, rows } = fpicLatentSize(file);
    const least = columns * rows * (await this.#cdfs()).reduce((sum, cdf) => sum + leastBits(cdf), 0);
    if (8 * file.string.length < (1 - CODING_LOSS.share) * least - CODING_LOSS.bits)
      throw new Error(`its ${file.string.length} bytes cannot hold a picture of ${file.width} x ${file.height}`);
    return file;
  }
}
