import type { Picture } from '@sandwich/pictures';
import { cropped, wholeBlocks } from './component-plane.js';
import { halveBoth, halveWidth } from './downsample-chroma.js';
import { doubleBoth, doubleWidth } from './upsample-chroma.js';

/** How finely chroma is sampled: as finely as luma (`4:4:4`), at half its width (`4:2:2`), or at half its width and height (`4:2:0`). */
export const subsamplings = ['4:4:4', '4:2:2', '4:2:0'] as const;

/** One of `subsamplings`. */
export type Subsampling = (typeof subsamplings)[number];

/** What a kind of subsampling means to an encoder and a decoder. */
interface ChromaSubsampling {
  /** Luma blocks, across and down, for each block of chroma. */
  horizontal: number;
  vertical: number;
  /** Reduces a chroma plane of full size and fills it up to whole blocks. */
  reduce(plane: Picture<Uint8Array, 1>): Picture<Uint8Array, 1>;
  /** Brings a plane of whole blocks back to an image's size. */
  enlarge(plane: Picture<Uint8Array, 1>, width: number, height: number): Picture<Uint8Array, 1>;
}

export const chromaSubsamplings: Record<Subsampling, ChromaSubsampling> = {
  '4:4:4': { horizontal: 1, vertical: 1, reduce: wholeBlocks, enlarge: cropped },
  '4:2:2': { horizontal: 2, vertical: 1, reduce: halveWidth, enlarge: doubleWidth },
  '4:2:0': { horizontal: 2, vertical: 2, reduce: halveBoth, enlarge: doubleBoth },
};
