import type { Picture } from '@sandwich/pictures';
import { chromaSubsamplings, type Subsampling } from './color/chroma-subsampling.js';
import { joinedPlanes } from './color/color-conversion.js';
import { cropped } from './color/component-plane.js';
import { dequantizedSamples } from './dct/dequantized-samples.js';
import type { JpegFrame } from './jpeg-frame.js';

/** Turns quantised coefficients into the image that a decoder shows: dequantised, transformed back, chroma upsampled, cropped. */
export function frameToImage(frame: JpegFrame, subsampling: Subsampling): Picture<Uint8Array> {
  const { width, height, components, quantizationTables } = frame;
  const [luma, ...chroma] = components.map((component) =>
    dequantizedSamples(component, quantizationTables[component.quantizationSlot]),
  );
  const { enlarge } = chromaSubsamplings[subsampling];
  return joinedPlanes([cropped(luma, width, height), ...chroma.map((plane) => enlarge(plane, width, height))]);
}
