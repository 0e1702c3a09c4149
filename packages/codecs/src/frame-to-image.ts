import { chromaSubsamplings, type Subsampling } from './chroma-subsampling.js';
import { joinedPlanes } from './color-conversion.js';
import { dequantizedSamples } from './dequantized-samples.js';
import type { JpegFrame } from './jpeg-frame.js';
import type { RawImage } from './raw-image.js';
import { cropped } from './sample-plane.js';

/** Turns quantised coefficients into the image that a decoder shows: dequantised, transformed back, chroma upsampled, cropped. */
export function frameToImage(frame: JpegFrame, subsampling: Subsampling): RawImage {
  const { width, height, components, quantizationTables } = frame;
  const [luma, ...chroma] = components.map((component) =>
    dequantizedSamples(component, quantizationTables[component.quantizationSlot]),
  );
  const { enlarge } = chromaSubsamplings[subsampling];
  return joinedPlanes([cropped(luma, width, height), ...chroma.map((plane) => enlarge(plane, width, height))]);
}
