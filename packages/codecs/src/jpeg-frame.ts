/** One colour component of a frame, as quantised DCT coefficients. */
export interface JpegComponent {
  /** Blocks of this component in a minimum coded unit, across and down (the sampling factors of the frame header). */
  horizontalSampling: number;
  verticalSampling: number;
  /** Which quantisation table it uses. */
  quantizationSlot: number;
  /** Which pair of Huffman tables it uses: 0 for luma, 1 for chroma. */
  huffmanSlot: number;
  blocksWide: number;
  blocksHigh: number;
  /** Quantised levels, 64 a block in zigzag order, blocks row by row; DC is not yet predicted. */
  coefficients: Int16Array;
}

/** All that a baseline JPEG file says but for its Huffman tables: what the transform hands to the entropy coder. */
export interface JpegFrame {
  width: number;
  height: number;
  components: JpegComponent[];
  /** Steps, row by row, by quantisation slot. */
  quantizationTables: Uint8Array[];
}

/** Size of a frame in minimum coded units (ITU-T T.81, A.2). */
export function mcuGrid({ width, height, components }: JpegFrame): { columns: number; rows: number } {
  const horizontal = Math.max(...components.map((component) => component.horizontalSampling));
  const vertical = Math.max(...components.map((component) => component.verticalSampling));
  return { columns: Math.ceil(width / (8 * horizontal)), rows: Math.ceil(height / (8 * vertical)) };
}
