import { chromaSubsamplings } from './color/chroma-subsampling.js';
import type { JpegSettings } from './jpeg-options.js';

/** What a frame header says of a colour component. */
export interface ComponentHeader {
  /** Blocks of this component in a minimum coded unit, across and down. */
  horizontalSampling: number;
  verticalSampling: number;
  /** Which quantisation table it uses. */
  quantizationSlot: number;
  /** Which pair of Huffman tables it uses: 0 for luma, 1 for chroma. */
  huffmanSlot: number;
}

/** What a JPEG file says before its Huffman tables. */
export interface FrameHeader {
  width: number;
  height: number;
  components: ComponentHeader[];
  /** Steps, row by row, by quantisation slot. */
  quantizationTables: Uint8Array[];
}

/** One colour component as quantised DCT coefficients. */
export interface JpegComponent extends ComponentHeader {
  blocksWide: number;
  blocksHigh: number;
  /** Quantised levels, 64 a block in zigzag order, blocks row by row; DC is not yet predicted. */
  coefficients: Int16Array;
}

/** An image, or a band of one, as quantised DCT coefficients: what the transform hands to the entropy coder. */
export interface JpegFrame extends FrameHeader {
  components: JpegComponent[];
}

/** The header of an image's frame. Chroma components share one pair of Huffman tables, and the last quantisation table if there is none for each. */
export function frameHeader(
  { width, height, channels }: { width: number; height: number; channels: 1 | 3 },
  { tables, subsampling }: JpegSettings,
): FrameHeader {
  const { horizontal, vertical } = chromaSubsamplings[channels === 1 ? '4:4:4' : subsampling];
  const quantizationTables = channels === 1 ? tables.slice(0, 1) : tables;
  const components = Array.from({ length: channels }, (_, index) => ({
    horizontalSampling: index === 0 ? horizontal : 1,
    verticalSampling: index === 0 ? vertical : 1,
    quantizationSlot: Math.min(index, quantizationTables.length - 1),
    huffmanSlot: Math.min(index, 1),
  }));
  return { width, height, components, quantizationTables };
}

/** How many blocks of each component cover the image (ITU-T T.81, A.1.1 and A.2.4). */
export function blockGrids({ width, height, components }: FrameHeader): { blocksWide: number; blocksHigh: number }[] {
  const { across, down } = blocksPerUnit(components);
  return components.map(({ horizontalSampling, verticalSampling }) => ({
    blocksWide: Math.ceil(Math.ceil((width * horizontalSampling) / across) / 8),
    blocksHigh: Math.ceil(Math.ceil((height * verticalSampling) / down) / 8),
  }));
}

/** Size of a frame in minimum coded units (ITU-T T.81, A.2). */
export function mcuGrid({ width, height, components }: FrameHeader): { columns: number; rows: number } {
  const { across, down } = blocksPerUnit(components);
  return { columns: Math.ceil(width / (8 * across)), rows: Math.ceil(height / (8 * down)) };
}

/** Size of a minimum coded unit in blocks of the most finely sampled component. */
export function blocksPerUnit(components: ComponentHeader[]): { across: number; down: number } {
  return {
    across: Math.max(...components.map((component) => component.horizontalSampling)),
    down: Math.max(...components.map((component) => component.verticalSampling)),
  };
}
