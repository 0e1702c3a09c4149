import { chromaSubsamplings } from './chroma-subsampling.js';
import { componentPlanes } from './color-conversion.js';
import { frameHeader, type JpegFrame } from './jpeg-frame.js';
import type { JpegSettings } from './jpeg-options.js';
import { quantizedCoefficients } from './quantized-coefficients.js';
import type { RawImage } from './raw-image.js';
import { wholeBlocks } from './sample-plane.js';

/** Turns an image into quantised coefficients: component planes, chroma downsampled, filled up to whole blocks, transformed, quantised. */
export function imageToFrame(image: RawImage, settings: JpegSettings): JpegFrame {
  const header = frameHeader(image, settings);
  const { reduce } = chromaSubsamplings[settings.subsampling];
  const [luma, ...chroma] = componentPlanes(image);
  const planes = [wholeBlocks(luma), ...chroma.map(reduce)];
  const components = header.components.map((component, i) => ({
    ...component,
    blocksWide: planes[i].width / 8,
    blocksHigh: planes[i].height / 8,
    coefficients: quantizedCoefficients(planes[i], header.quantizationTables[component.quantizationSlot]),
  }));
  return { ...header, components };
}
