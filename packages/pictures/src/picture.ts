import type { Primaries } from './primaries.js';
import type { Transfer } from './transfer.js';

/** A picture with the meaning of its samples. */
export interface Picture<Data extends Uint8Array | Uint16Array = Uint8Array | Uint16Array> {
  /** Interleaved samples, row by row, in [0, 2^bitDepth - 1]. */
  data: Data;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** 1 for grayscale, 3 for RGB. */
  channels: 1 | 3;
  /** Bits per sample, 8 to 16. */
  bitDepth: number;
  /** How samples encode light. */
  transfer: Transfer;
  /** The colours of full red, green and blue. Without effect on grayscale. */
  primaries: Primaries;
}
