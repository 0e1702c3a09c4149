import { multipleOf, replicateEdges, type SamplePlane, wholeBlocks } from './sample-plane.js';

/** How finely chroma is sampled: as finely as luma (`4:4:4`), or at half its width and height (`4:2:0`). */
export type Subsampling = '4:4:4' | '4:2:0';

/** What a kind of subsampling means to an encoder. */
interface ChromaSubsampling {
  /** Luma blocks, across and down, for each block of chroma. */
  horizontal: number;
  vertical: number;
  /** Reduces a chroma plane of full size and fills it up to whole blocks. */
  reduce(plane: SamplePlane): SamplePlane;
}

export const chromaSubsamplings: Record<Subsampling, ChromaSubsampling> = {
  '4:4:4': { horizontal: 1, vertical: 1, reduce: wholeBlocks },
  '4:2:0': { horizontal: 2, vertical: 2, reduce: halvedToWholeBlocks },
};

/** As libjpeg does, the right edge is replicated before the means are taken, the bottom edge after, from the last row of means. */
function halvedToWholeBlocks(plane: SamplePlane): SamplePlane {
  return wholeBlocks(downsampleByTwo(replicateEdges(plane, multipleOf(16, plane.width), multipleOf(2, plane.height))));
}

/**
 * Halves a plane of even sides in both directions by the mean of 2x2 samples. The sum is biased by 1 in even and by 2 in odd
 * columns before it is divided by 4, as in libjpeg's `h2v2_downsample`, so that halves are rounded down and up in turn.
 */
function downsampleByTwo({ samples, width, height }: SamplePlane): SamplePlane {
  const halfWidth = width / 2;
  const half = new Uint8Array(halfWidth * (height / 2));
  for (let target = 0, row = 0; row < height; row += 2) {
    let upper = row * width;
    let lower = upper + width;
    for (let x = 0; x < halfWidth; x++, upper += 2, lower += 2) {
      half[target++] = (samples[upper] + samples[upper + 1] + samples[lower] + samples[lower + 1] + 1 + (x & 1)) >> 2;
    }
  }
  return { samples: half, width: halfWidth, height: height / 2 };
}
