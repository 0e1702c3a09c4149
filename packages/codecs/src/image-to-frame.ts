import { chromaSubsamplings } from './chroma-subsampling.js';
import { componentPlanes } from './color-conversion.js';
import type { JpegComponent, JpegFrame } from './jpeg-frame.js';
import type { JpegSettings } from './jpeg-options.js';
import { quantizedCoefficients } from './quantized-coefficients.js';
import type { RawImage } from './raw-image.js';
import { type SamplePlane, wholeBlocks } from './sample-plane.js';

/** Turns an image into quantised coefficients: component planes, chroma downsampled, filled up to whole blocks, transformed, quantised. */
export function imageToFrame(image: RawImage, { tables, subsampling }: JpegSettings): JpegFrame {
  const { width, height } = image;
  const [luma, ...chroma] = componentPlanes(image);
  if (chroma.length === 0) {
    return {
      width,
      height,
      components: [component(wholeBlocks(luma), tables, 0, 1, 1)],
      quantizationTables: tables.slice(0, 1),
    };
  }
  const { horizontal, vertical, reduce } = chromaSubsamplings[subsampling];
  return {
    width,
    height,
    components: [
      component(wholeBlocks(luma), tables, 0, horizontal, vertical),
      ...chroma.map((plane, i) => component(reduce(plane), tables, i + 1, 1, 1)),
    ],
    quantizationTables: tables,
  };
}

/** Chroma components share one pair of Huffman tables, and the last quantisation table if there is none for each. */
function component(
  plane: SamplePlane,
  tables: JpegSettings['tables'],
  index: number,
  horizontalSampling: number,
  verticalSampling: number,
): JpegComponent {
  const quantizationSlot = Math.min(index, tables.length - 1);
  return {
    horizontalSampling,
    verticalSampling,
    quantizationSlot,
    huffmanSlot: Math.min(index, 1),
    blocksWide: plane.width / 8,
    blocksHigh: plane.height / 8,
    coefficients: quantizedCoefficients(plane, tables[quantizationSlot]),
  };
}
