import {
  isL3ix,
  readL3i,
  readL3ixHeader,
  readL3ixInThreads,
  type SymbolPlanes,
  writeL3i,
  writeL3ixInThreads,
} from '@sandwich/codecs';
import { assertPicture, type Picture, type PictureCodec, toRgb } from '@sandwich/pictures';
import { assertNetwork, networkName } from '../../learned-codec/network-name.js';
import { weightsIdentity } from '../../learned-codec/weights-identity.js';
import type { Dcn } from '../dcn.js';
import { channelPictures } from './channel-pictures.js';
import { decodeInTiles, encodeInTiles, latentInTiles } from './code-in-tiles.js';

/** Options of `DcnCodec.encode`. */
export interface DcnEncodeOptions {
  /** The original's format, `l3i`, or the one for pictures of any size, default `l3ix`. */
  format?: 'l3i' | 'l3ix';
  /** 1, the lowest rate, to 100, the highest; for networks of a range of rates alone. Default 50. */
  quality?: number;
  /** Whether symbols are chosen by rate and distortion instead of rounding, for a smaller file that any decoder reads; default false. */
  trellis?: boolean;
  /** Called after each tile that the encoder has seen. */
  onTile?(done: number, count: number): void;
}

/**
 * A trained DCN as a codec of pictures: `.l3ix` files, which hold pictures of any size and name their network, and `.l3i` files, the original's.
 *
 * Pictures may be large: the networks see them in tiles.
 *
 * @example
 * const codec = new DcnCodec(dcn);
 * const file = await codec.encode(picture);
 * const restored = await codec.decode(file);
 */
export class DcnCodec implements PictureCodec<DcnEncodeOptions> {
  readonly bitDepth = 8;
  readonly formats: Readonly<Record<string, DcnEncodeOptions>> = { '.l3ix': {}, '.l3i': { format: 'l3i' } };
  /** `trellis`, and `quality` of a network of a range of rates. */
  readonly options: readonly string[];
  readonly #identity: Uint8Array;

  /** @param dcn the codec owns and disposes it */
  constructor(readonly dcn: Dcn) {
    this.#identity = weightsIdentity(dcn.parameters);
    this.options = dcn.architecture.rates > 1 ? ['quality', 'trellis'] : ['trellis'];
  }

  /** As the network is called in what commands print. */
  get name(): string {
    return networkName(this.#identity);
  }

  /** @throws RangeError for another format, and a quality that the network does not have */
  async checkOptions({ format = 'l3ix', quality }: DcnEncodeOptions): Promise<void> {
    if (format !== 'l3i' && format !== 'l3ix') throw new RangeError(`format must be l3i or l3ix, got '${format}'`);
    if (format === 'l3i' && this.dcn.architecture.rates > 1)
      throw new RangeError('.l3i files do not hold the rate of a network of a range of rates: write .l3ix');
    this.#rateOf({ quality });
  }

  /**
   * The symbols of a picture: the quantised latent.
   *
   * @param picture of 8 bits; gray becomes RGB
   * @returns indices of codebook entries, by channel
   */
  async symbols(picture: Picture, options: Omit<DcnEncodeOptions, 'format'> = {}): Promise<SymbolPlanes> {
    assertPicture(picture, 'picture.', { bitDepth: 8 });
    return encodeInTiles(this.dcn, toRgb(picture as Picture<Uint8Array>), { ...options, ...this.#rateOf(options) });
  }

  /**
   * The latent of a picture before it is quantised.
   *
   * @param picture of 8 bits; gray becomes RGB
   * @returns values by channel, row by row, ceil(width / 8) * ceil(height / 8) each
   */
  async latent(picture: Picture, options: Pick<DcnEncodeOptions, 'onTile' | 'quality'> = {}): Promise<Float32Array[]> {
    assertPicture(picture, 'picture.', { bitDepth: 8 });
    return latentInTiles(this.dcn, toRgb(picture as Picture<Uint8Array>), { ...options, ...this.#rateOf(options) });
  }

  /** The channels of symbols as gray pictures to look at: see `channelPictures`. */
  channelPictures(planes: SymbolPlanes): Picture<Uint8Array, 1>[] {
    return channelPictures(planes, this.dcn.architecture.bits);
  }

  /**
   * Writes a picture as a file.
   *
   * @throws RangeError when the picture is malformed, or the format does not hold it
   */
  async encode(picture: Picture, options: DcnEncodeOptions = {}): Promise<Uint8Array> {
    await this.checkOptions(options);
    const planes = await this.symbols(picture, options);
    return options.format === 'l3i' ? writeL3i(planes) : writeL3ixInThreads({ ...planes, network: this.#identity });
  }

  /** Finds out whether a file is one of this network, without the work of the decoder. @throws Error as `decode` */
  async check(bytes: Uint8Array): Promise<void> {
    if (isL3ix(bytes)) this.#checkNetwork(readL3ixHeader(bytes));
    else await this.symbolsOfFile(bytes);
  }

  /**
   * Restores the picture of a file; of `.l3i` files as large as its symbols are.
   *
   * @throws Error with the reason: no such file, damaged, or of another network
   */
  async decode(bytes: Uint8Array, options: Pick<DcnEncodeOptions, 'onTile'> = {}): Promise<Picture<Uint8Array, 3>> {
    return this.pictureOf(await this.symbolsOfFile(bytes), options);
  }

  /**
   * The symbols that a file holds.
   *
   * @throws Error with the reason: no such file, damaged, or of another network
   */
  async symbolsOfFile(bytes: Uint8Array): Promise<SymbolPlanes> {
    if (isL3ix(bytes)) {
      this.#checkNetwork(readL3ixHeader(bytes));
      return this.#inCodebook(await readL3ixInThreads(bytes));
    }
    if (this.dcn.architecture.rates > 1)
      throw new Error('.l3i files do not hold the rate of a network of a range of rates');
    const planes = readL3i(bytes);
    this.#checkChannels(planes.channels.length);
    return this.#inCodebook(planes);
  }

  /** The picture that symbols stand for. @throws Error where the network has a range of rates and they do not say theirs */
  async pictureOf(
    planes: SymbolPlanes,
    options: Pick<DcnEncodeOptions, 'onTile'> = {},
  ): Promise<Picture<Uint8Array, 3>> {
    this.#checkRate(planes);
    return decodeInTiles(this.dcn, planes, options);
  }

  /** Frees the networks. */
  dispose(): void {
    this.dcn.dispose();
  }

  /** The rate of a quality, which a float32 holds. @throws RangeError for a quality that the network does not have */
  #rateOf({ quality }: Pick<DcnEncodeOptions, 'quality'>): { rate?: number } {
    if (this.dcn.architecture.rates === 1) {
      if (quality === undefined) return {};
      throw new RangeError(`the ${this.name} has one rate, and was asked for quality ${quality}`);
    }
    const asked = quality ?? 50;
    if (!(asked >= 1 && asked <= 100)) throw new RangeError(`quality must be 1 to 100, got ${asked}`);
    return { rate: Math.fround((asked - 1) / 99) };
  }

  #checkNetwork({ network, channels, rate }: { network: Uint8Array; channels: number; rate?: number }): void {
    assertNetwork(network, this.#identity);
    this.#checkRate({ rate });
    this.#checkChannels(channels);
  }

  #checkRate({ rate }: Pick<SymbolPlanes, 'rate'>): void {
    if (rate === undefined && this.dcn.architecture.rates > 1)
      throw new Error('it does not say which of the rates of its network it has');
  }

  #checkChannels(count: number): void {
    const { features } = this.dcn.architecture;
    if (count !== features) throw new Error(`it has ${count} channels, and this network ${features}`);
  }

  #inCodebook(planes: SymbolPlanes): SymbolPlanes {
    const entries = 2 ** this.dcn.architecture.bits;
    for (const [channel, symbols] of planes.channels.entries()) {
      const beyond = symbols.find((symbol) => symbol >= entries);
      if (beyond !== undefined)
        throw new Error(`channel ${channel} has the symbol ${beyond}, and the codebook ${entries} entries`);
    }
    return planes;
  }
}
