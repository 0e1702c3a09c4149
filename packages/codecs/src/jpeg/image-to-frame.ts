import type { Picture } from '@sandwich/pictures';
import { chromaSubsamplings } from './color/chroma-subsampling.js';
import { componentPlanes } from './color/color-conversion.js';
import { wholeBlocks } from './color/component-plane.js';
import { dctCoefficients } from './dct/dct-coefficients.js';
import { quantizedCoefficients } from './dct/quantized-coefficients.js';
import { type FrameHeader, frameHeader, type JpegFrame } from './jpeg-frame.js';
import type { JpegSettings } from './jpeg-options.js';
import { trellisQuantized } from './trellis/trellis-quantization.js';

/** Turns an image into quantised coefficients: component planes, chroma downsampled, filled up to whole blocks, transformed, quantised. */
export function imageToFrame(image: Picture<Uint8Array>, settings: JpegSettings): JpegFrame {
  const header = frameHeader(image, settings);
  const planes = filledPlanes(image, settings);
  if (settings.trellis > 0) {
    const components = withPlanes(header, planes, (plane) => ({ dct: dctCoefficients(plane) }));
    return trellisQuantized({ ...header, components }, settings, settings.optimizeHuffman);
  }
  const components = withPlanes(header, planes, (plane, table) => ({
    coefficients: quantizedCoefficients(plane, table),
  }));
  return { ...header, components };
}

function filledPlanes(image: Picture<Uint8Array>, { subsampling }: JpegSettings): Picture<Uint8Array, 1>[] {
  const [luma, ...chroma] = componentPlanes(image);
  return [wholeBlocks(luma), ...chroma.map(chromaSubsamplings[subsampling].reduce)];
}

function withPlanes<Transformed>(
  { components, quantizationTables }: FrameHeader,
  planes: Picture<Uint8Array, 1>[],
  transform: (plane: Picture<Uint8Array, 1>, table: Uint8Array) => Transformed,
) {
  return components.map((component, i) => ({
    ...component,
    blocksWide: planes[i].width / 8,
    blocksHigh: planes[i].height / 8,
    ...transform(planes[i], quantizationTables[component.quantizationSlot]),
  }));
}
