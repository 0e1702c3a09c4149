import {
  encodeJpeg,
  flatTables,
  type JpegOptions,
  type JpegTables,
  jpegSize,
  type Subsampling,
} from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import { halvePlane } from '../resampling/halve-plane.js';

/** How channels are laid out in files. */
export interface FileLayout {
  /** Code three channels as one colour file (RGB to YUV inside). Default false: a grayscale file a channel. */
  convertToYuv?: boolean;
  /** 4:2:0 in colour files; otherwise halve the second and third channel of a group before coding. Default false. */
  downsampleChroma?: boolean;
  /** Chroma of colour files. Default: 4:2:0 with `downsampleChroma`, else 4:4:4. */
  subsampling?: Subsampling;
  /**
   * Colour JPEG files hold a quantisation table for each of their three components, as those of the published code do, though Cb and Cr
   * have the same one: 69 bytes more a file. Default false: Cb and Cr share theirs.
   */
  separateChromaTables?: boolean;
}

export interface BottleneckOptions extends FileLayout {
  /** Quantiser step of all coefficients; the files hold `round(qstep)`, within 1 to 255. Give this or `tables`. */
  qstep?: number;
  /** Quantisation tables; those of chroma are for colour files. */
  tables?: JpegTables;
  /** The largest value of the data. Default 255. */
  imageMax?: number;
  /** Squared error that is worth a bit, see `JpegOptions.trellis`. Default 0: levels are rounded. */
  trellis?: number;
}

/** How chroma is sampled in colour files. */
export const subsamplingOf = ({ subsampling, downsampleChroma }: FileLayout): Subsampling =>
  subsampling ?? (downsampleChroma ? '4:2:0' : '4:4:4');

/** Channels that belong together. */
export interface ChannelGroup {
  start: number;
  count: number;
}

/** What one file holds: an RGB image, or one channel at full or half size. */
export interface FileContent extends ChannelGroup {
  count: 1 | 3;
  halved: boolean;
}

/** Three channels at a time; the last group may have fewer. */
export function channelGroups(channels: number): ChannelGroup[] {
  const groups: ChannelGroup[] = [];
  for (let start = 0; start < channels; start += 3) groups.push({ start, count: Math.min(3, channels - start) });
  return groups;
}

/** The files of a group, in the order of their channels. Sizes, bytes and decoded images all follow this. */
export function filesOfGroup({ start, count }: ChannelGroup, layout: FileLayout): FileContent[] {
  const { convertToYuv = false, downsampleChroma = false } = layout;
  if (convertToYuv && count === 3) return [{ start, count, halved: false }];
  return Array.from({ length: count }, (_, k) => ({ start: start + k, count: 1, halved: downsampleChroma && k > 0 }));
}

/**
 * Writes a bottleneck image as real JPEG files with optimised Huffman codes. With a `qstep`, these are exactly the files
 * whose bits the JPEG rate model of {@link EncodeDecodeIntra} counts.
 *
 * Channels go in groups of three. With `convertToYuv` a full group is one colour file, 4:4:4 or 4:2:0; else, and in a
 * group of one or two, every channel is a grayscale file. Cb and Cr of a colour file share a quantisation table unless
 * `tables.cr` or `separateChromaTables` is given.
 *
 * @returns the files, in the order of the channels
 * @throws RangeError when the data does not fit the size, `qstep` or `imageMax` is not positive and finite, or not
 * exactly one of `qstep` and `tables` is given
 * @example
 * const [file] = encodeBottleneck({ data, width: 768, height: 512, channels: 1 }, { qstep: 20 });
 */
export function encodeBottleneck(
  pixels: Picture<Uint8Array | Float32Array, number>,
  options: BottleneckOptions,
): Uint8Array[] {
  assertOptions(options);
  return bottleneckImages(pixels, options).map((image) => encodeJpeg(image, jpegOptions(options)));
}

/**
 * What each file of a bottleneck image holds, in the order of the channels.
 *
 * @throws RangeError when the data does not fit the size
 */
export function bottleneckImages(
  pixels: Picture<Uint8Array | Float32Array, number>,
  layout: FileLayout & Pick<BottleneckOptions, 'imageMax'>,
): Picture<Uint8Array>[] {
  assertPixels(pixels);
  return channelGroups(pixels.channels).flatMap((group) => imagesOfGroup(pixels, group, layout));
}

/** Bits of the files that {@link encodeBottleneck} writes for one group of channels, without writing them. */
export function bottleneckBits(
  pixels: Picture<Uint8Array | Float32Array, number>,
  group: ChannelGroup,
  options: BottleneckOptions,
): number {
  const sizes = imagesOfGroup(pixels, group, options).map((image) => jpegSize(image, jpegOptions(options)));
  return 8 * sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** Settings of the files of all groups. */
export function jpegOptions(options: BottleneckOptions): JpegOptions {
  const { qstep, tables, separateChromaTables, trellis } = options;
  const {
    luma,
    chroma = luma,
    cr = separateChromaTables ? chroma : undefined,
  }: JpegTables = tables ?? flatTables(qstep!);
  return {
    tables: { luma, chroma, cr },
    subsampling: subsamplingOf(options),
    optimizeHuffman: true,
    trellis,
  };
}

/** What the files of a group hold. */
export function imagesOfGroup(
  pixels: Picture<Uint8Array | Float32Array, number>,
  group: ChannelGroup,
  layout: FileLayout & { imageMax?: number },
): Picture<Uint8Array>[] {
  return filesOfGroup(group, layout).map((content) => {
    const data = takeChannels(pixels, content, layout.imageMax);
    const full = { data, width: pixels.width, height: pixels.height, channels: content.count };
    const image = content.halved ? halvePlane({ ...full, channels: 1 }) : full;
    // A clamped array clips to [0, 255], rounds halves to even and takes NaN as 0.
    return { ...image, data: new Uint8Array(new Uint8ClampedArray(image.data).buffer), channels: content.count };
  });
}

function takeChannels(
  { data, channels }: Picture<Uint8Array | Float32Array, number>,
  { start, count }: ChannelGroup,
  imageMax = 255,
): Float32Array {
  const scale = 255 / imageMax;
  const taken = new Float32Array((data.length / channels) * count);
  for (let from = start, to = 0; from < data.length; from += channels) {
    for (let k = 0; k < count; k++) taken[to++] = data[from + k] * scale;
  }
  return taken;
}

function assertPixels({ data, width, height, channels }: Picture<Uint8Array | Float32Array, number>): void {
  if (!(width * height * channels > 0) || data.length !== width * height * channels) {
    throw new RangeError(
      `encodeBottleneck: data must hold ${width} x ${height} x ${channels} samples, at least one, got ${data.length}`,
    );
  }
}

function assertOptions({ qstep, tables, imageMax }: BottleneckOptions): void {
  if ((qstep === undefined) === (tables === undefined)) {
    throw new RangeError(`encodeBottleneck: give either qstep or tables, got ${qstep === undefined ? 'none' : 'both'}`);
  }
  for (const [name, value] of Object.entries({ qstep, imageMax })) {
    if (value !== undefined && !(value > 0 && value < Infinity)) {
      throw new RangeError(`encodeBottleneck: ${name} must be positive and finite, got ${value}`);
    }
  }
}
