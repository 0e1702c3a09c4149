import type { Primaries } from './color/primaries.js';
import type { Transfer } from './color/transfer.js';

/**
 * A picture in memory, with the meaning of its samples. Whole numbers are kept in a Uint8Array (8 bits) or a Uint16Array (9 to 16 bits),
 * values that are not rounded in a Float32Array.
 */
export interface Picture<
  Data extends Uint8Array | Uint16Array | Float32Array = Uint8Array | Uint16Array,
  Channels extends number = 1 | 3,
> {
  /** Interleaved samples, row by row, without gaps, in [0, 2^bitDepth - 1]. */
  data: Data;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** 1 for grayscale, 3 for RGB. Others are those of tensors, such as the bottleneck of a sandwich, which no file holds. */
  channels: Channels;
  /** Bits per sample, 8 to 16. Default: 16 for a Uint16Array, else 8. */
  bitDepth?: number;
  /** How samples encode light. Default `srgb`. */
  transfer?: Transfer;
  /** The colours of full red, green and blue; without effect on grayscale. Default `bt709`, those of sRGB. */
  primaries?: Primaries;
}

/** Bits per sample of a picture, stated or by default. */
export const bitDepthOf = ({ data, bitDepth }: { data: ArrayLike<number>; bitDepth?: number }): number =>
  bitDepth ?? (data instanceof Uint16Array ? 16 : 8);

/** How samples of a picture encode light, stated or by default. */
export const transferOf = ({ transfer = 'srgb' }: { transfer?: Transfer }): Transfer => transfer;

/** The primaries of a picture, stated or by default. */
export const primariesOf = ({ primaries = 'bt709' }: { primaries?: Primaries }): Primaries => primaries;

/** The largest value of samples of a bit depth, 2^bitDepth - 1: what full red, green or blue is in a file. */
export const largestSample = (bitDepth: number): number => 2 ** bitDepth - 1;
