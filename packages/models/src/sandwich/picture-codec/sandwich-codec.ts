import { addFileMetadata, codecs, findFileMetadata } from '@sandwich/codecs';
import {
  assertPicture,
  type Picture,
  type PictureCodec,
  primariesCode,
  primariesOf,
  primariesOfCode,
  toRgb,
  transferOf,
} from '@sandwich/pictures';
import { knownCodecOf } from '../../ordinary-files/ordinary-files.js';
import { codecFiles } from '../codec-files.js';
import { type Curve, chooseCurve } from '../companding/choose-curve.js';
import { exponentOfByte } from '../companding/exponents.js';
import { withoutNetworks } from '../contenders/without-networks.js';
import type { Sandwich } from '../sandwich.js';
import { postprocessInTiles, preprocessInTiles } from '../tiling/tiles.js';
import { bottleneckLayout, bottleneckPicture, pictureBottleneck } from './bottleneck-picture.js';
import { checkFileHeader, checkStepOfTables } from './check-file-header.js';
import { checkCurveOptions, chooseCodec, type EncodeOptions } from './choose-codec.js';
import { type BottleneckLayout, decodeFileHeader, encodeFileHeader, pixelChecksum } from './file-header.js';
import { networkIdentity } from './network-identity.js';

/** Extensions of the files of each codec. */
const formats: Record<string, EncodeOptions> = {
  '.jpg': { codec: 'jpeg' },
  '.jpeg': { codec: 'jpeg' },
  '.webp': { codec: 'webp' },
  '.avif': { codec: 'avif' },
  '.heic': { codec: 'heic' },
  '.jxl': { codec: 'jxl' },
};

/** The slope of files of networks behind a companding curve: that of the plain codec at its finest step. */
const DEFAULT_SLOPE = 1;

/** Options of `SandwichCodec.decode`. */
export interface DecodeOptions {
  /**
   * Takes an image whose pixels are not those that were written, too: from a file that is damaged but still readable, that was edited, or
   * that another version of the decoder reads differently. Default false.
   */
  ignoreChecksum?: boolean;
  /** Called after each tile that the post-processor has made. */
  onTile?(done: number, count: number): void;
}

/**
 * A trained sandwich as a codec: pictures to the bytes of a standard image file and back. `loadSandwich` makes one of a run.
 *
 * Pictures may be large: networks see them in tiles, with the result that the whole picture would have up to the rounding of floats.
 * Beside samples of 8 or 16 bits memory is taken for one tile.
 *
 * @example
 * const sandwich = await loadSandwich('runs/color');
 * const file = await sandwich.encode(image); // any viewer opens this JPEG and shows the bottleneck
 * const restored = await sandwich.decode(file);
 * sandwich.dispose();
 */
export class SandwichCodec implements PictureCodec<EncodeOptions, DecodeOptions> {
  /** Tells networks apart; files name the one that wrote them. */
  readonly network: string;
  readonly formats: Readonly<Record<string, EncodeOptions>> = formats;
  readonly options = ['qstep', 'stepScale', 'quality', 'trellis'];
  /** Bits per sample of pictures, 8 to 16. */
  readonly bitDepth: number;
  /** How samples of pictures encode light: `linear` as `linearSamples` has it. */
  readonly transfer: 'srgb' | 'linear';
  /** Whether `qstep` is the slope of a companding curve, which may be a fraction. */
  readonly takesFractionalSteps: boolean;
  private readonly model: Sandwich;
  /** The code of the companding curve alone, by which curves are chosen. */
  private readonly curveCode?: Sandwich;
  private readonly layout: BottleneckLayout;
  private disposed = false;

  /**
   * @param model the codec owns and disposes it
   * @throws Error when pictures of one or three channels are not what the model takes and makes, or its bottleneck does not fit into one
   * image file
   */
  constructor(model: Sandwich) {
    const { inputChannels, outputChannels, truncateBits, light } = model.architecture;
    for (const channels of [inputChannels, outputChannels]) {
      if (channels !== 1 && channels !== 3) {
        throw new Error(`a picture has 1 or 3 channels, the networks take ${inputChannels} and make ${outputChannels}`);
      }
    }
    this.layout = bottleneckLayout(model);
    this.model = model;
    this.network = networkIdentity(model);
    this.bitDepth = 8 + truncateBits;
    this.transfer = light === 'linear' ? 'linear' : 'srgb';
    this.takesFractionalSteps = model.companding;
    if (model.companding) this.curveCode = withoutNetworks(model, { companding: true });
  }

  /**
   * The image that the codec gets: what viewers show of a file, before its losses.
   *
   * @param image RGB, or grayscale, which networks for RGB take as gray RGB; samples in [0, 2^bitDepth - 1], as a Uint8Array for 8 bits
   * and a Uint16Array for more; of linear light where `transfer` says so
   * @param options as for `encode`: networks that are conditioned on the quantiser step make another image for each, and so do those behind a companding
   * curve
   * @returns sides are multiples of the codec's blocks; a bottleneck that is no image of one or three channels lies there channel below
   * channel
   * @throws RangeError when the fields of the image contradict each other, or it is not of this bit depth, or an option is out of range
   */
  async bottleneck(image: Picture, options: EncodeOptions = {}): Promise<Picture<Uint8Array>> {
    this.assertUsable();
    return (await this.coded(image, options)).bottleneck;
  }

  /** As the networks are called in what commands print. */
  get name(): string {
    return `network ${this.network}`;
  }

  /** As `encode` looks at its options; nothing is computed. */
  async checkOptions(options: EncodeOptions): Promise<void> {
    if (this.curveCode) checkCurveOptions(options);
    else await chooseCodec(options, codecFiles(this.model));
  }

  /**
   * Writes a picture as a standard image file. In metadata that viewers pass over, the file names the network, the picture's size and bit
   * depth, the quantiser step where the networks are conditioned on it, and the exponent of the companding curve where there is one, which
   * `chooseCurve` finds; of linear light its primaries, too.
   *
   * @param image as for `bottleneck`
   * @returns the file
   * @throws RangeError when the image or an option is out of range
   * @throws Error when the codec fails or its programs are missing
   */
  async encode(image: Picture, options: EncodeOptions = {}): Promise<Uint8Array> {
    this.assertUsable();
    const { bottleneckChannels: channels } = this.model;
    const primaries = this.transfer === 'linear' ? primariesCode(primariesOf(image)) : undefined;
    const { codec, bottleneck, step, curve } = await this.coded(image, options);
    const file = await codec.encode(bottleneck);
    const { width, height } = image;
    const pixels = pixelChecksum((await codec.decode(file)).data);
    const { network, bitDepth, layout } = this;
    return addFileMetadata(
      codec.name,
      file,
      encodeFileHeader({
        network,
        width,
        height,
        bitDepth,
        channels,
        layout,
        pixels,
        step,
        exponent: curve?.byte,
        primaries,
      }),
    );
  }

  /**
   * Restores the picture of a file that `encode` of the same networks has written.
   *
   * @param bytes the whole file
   * @returns the picture, of the original's size and bit depth
   * @throws Error with the reason: no image file, none of a sandwich, of other networks, damaged or truncated, changed since it was written
   */
  async decode(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Picture> {
    const { bottleneck, header } = await this.read(bytes, options);
    const { step } = header;
    const exponent = header.exponent === undefined ? undefined : exponentOfByte(header.exponent);
    const tiles = { step, exponent, onTile: options.onTile };
    const picture = (await postprocessInTiles(this.model, bottleneck, header, tiles)) as Picture;
    if (header.primaries === undefined) return picture;
    return { ...picture, transfer: 'linear', primaries: primariesOfCode(header.primaries) };
  }

  /**
   * Finds out whether a file can be restored, without the work of the networks.
   *
   * @param bytes the whole file
   * @returns size and bit depth of its picture
   * @throws Error as `decode`
   */
  async check(
    bytes: Uint8Array,
    options: Pick<DecodeOptions, 'ignoreChecksum'> = {},
  ): Promise<{ width: number; height: number; bitDepth: number }> {
    const { width, height, bitDepth } = (await this.read(bytes, options)).header;
    return { width, height, bitDepth };
  }

  /** The bottleneck in a file of these networks. */
  private async read(bytes: Uint8Array, { ignoreChecksum = false }: Pick<DecodeOptions, 'ignoreChecksum'>) {
    this.assertUsable();
    const name = knownCodecOf(bytes);
    const codec = await codecs[name]();
    const metadata = findFileMetadata(name, bytes);
    if (metadata === undefined) {
      // Where they stand at the end, a truncated file has none: then it is the decoder that says what is wrong.
      await codec.decode(bytes);
      throw new Error(
        `it is a plain ${name} file without sandwich metadata: no sandwich wrote it, or a program that rewrote it has dropped them`,
      );
    }
    const header = decodeFileHeader(metadata);
    checkFileHeader(header, this.model, this.network);
    const size = this.model.bottleneckSize(header);
    if (name === 'jpeg') checkStepOfTables(bytes, header);
    const image = await codec.decode(bytes);
    const bottleneck = pictureBottleneck(image, { ...size, channels: header.channels, layout: header.layout });
    if (!ignoreChecksum && pixelChecksum(image.data) !== header.pixels) {
      throw new Error(
        'its pixels are not those that were written: it is damaged, was edited, or was written with another version of the decoder',
      );
    }
    return { bottleneck, header };
  }

  /** Frees the networks; nothing else can be called then. */
  dispose(): void {
    if (!this.disposed) for (const each of [this.model, this.curveCode]) each?.dispose();
    this.disposed = true;
  }

  /** What the codec gets, and with what it is coded. */
  private async coded(image: Picture, { onTile, ...options }: EncodeOptions) {
    if (this.curveCode) checkCurveOptions(options);
    const picture = this.checked(image);
    const curve = this.curveCode && (await curveOf(this.curveCode, picture as Picture, options.qstep));
    const codec = await chooseCodec(
      curve ? { qstep: curve.qstep, trellis: options.trellis } : options,
      codecFiles(this.model),
    );
    const step = this.model.conditionOn === 'step' ? codec.step : undefined;
    const tiles = { step, exponent: curve?.exponent, onTile };
    const bottleneck = bottleneckPicture(await preprocessInTiles(this.model, picture, tiles), this.layout);
    return { codec, bottleneck, step, curve };
  }

  /** A picture as the networks take it. */
  private checked(image: Picture): Picture<Uint8Array | Uint16Array, number> {
    assertPicture(image, 'image.', { bitDepth: this.bitDepth });
    if (this.transfer === 'linear' && transferOf(image) !== 'linear') {
      throw new RangeError(
        `image.transfer must be linear: the networks take linear light, as linearSamples makes it, got ${JSON.stringify(transferOf(image))}`,
      );
    }
    if (this.model.architecture.inputChannels === 3) return toRgb(image);
    if (image.channels === 3) throw new RangeError('image.channels must be 1: the networks take grayscale, got 3');
    return image;
  }

  private assertUsable(): void {
    if (this.disposed) throw new Error('SandwichCodec: it has been disposed');
  }
}

/** The curve of a picture, without what the code of the curve alone makes of it. */
async function curveOf(code: Sandwich, picture: Picture, slope = DEFAULT_SLOPE): Promise<Curve> {
  const { byte, exponent, qstep } = await chooseCurve(code, picture, slope);
  return { byte, exponent, qstep };
}
