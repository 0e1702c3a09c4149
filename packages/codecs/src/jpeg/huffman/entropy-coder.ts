import { type JpegComponent, type JpegFrame, mcuGrid } from '../jpeg-frame.js';
import { acTable, dcTable, SYMBOLS_PER_TABLE } from './huffman-table.js';

/** What a scan is made of: Huffman symbols, each followed by the bits of the value whose size it tells. */
export interface SymbolSink {
  /**
   * @param index of the symbol, see SYMBOLS_PER_TABLE
   * @param bits value of the bits that follow it
   * @param size number of these bits, 0 to 11
   */
  put(index: number, bits: number, size: number): void;
}

const END_OF_BLOCK = 0x00;
const SIXTEEN_ZEROS = 0xf0;

/**
 * Runs through an image's coefficients, band by band, in coding order (ITU-T T.81, A.2 and F.1.2) and hands the symbols to a sink,
 * which may record them, size them or write them.
 *
 * Blocks that fill up an incomplete minimum coded unit have no AC and repeat the DC before them, as in libjpeg.
 */
export function codeScan(bands: Iterable<JpegFrame>, sink: SymbolSink): void {
  const predictedDc = [0, 0, 0];
  for (const band of bands) {
    const { components } = band;
    const { columns, rows } = mcuGrid(band);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let i = 0; i < components.length; i++) {
          predictedDc[i] = codeUnit(components[i], row, column, predictedDc[i], sink);
        }
      }
    }
  }
}

/** Codes one component's blocks of one minimum coded unit. Returns the last one's DC. */
function codeUnit(component: JpegComponent, row: number, column: number, dc: number, sink: SymbolSink): number {
  const { horizontalSampling, verticalSampling, blocksWide, blocksHigh, coefficients, huffmanSlot } = component;
  const dcSymbols = SYMBOLS_PER_TABLE * dcTable(huffmanSlot);
  const acSymbols = SYMBOLS_PER_TABLE * acTable(huffmanSlot);
  for (let v = 0; v < verticalSampling; v++) {
    for (let h = 0; h < horizontalSampling; h++) {
      const blockRow = row * verticalSampling + v;
      const blockColumn = column * horizontalSampling + h;
      if (blockRow < blocksHigh && blockColumn < blocksWide) {
        const start = 64 * (blockRow * blocksWide + blockColumn);
        putValue(dcSymbols, coefficients[start] - dc, sink);
        dc = coefficients[start];
        codeAc(coefficients, start, acSymbols, sink);
      } else {
        putValue(dcSymbols, 0, sink);
        sink.put(acSymbols + END_OF_BLOCK, 0, 0);
      }
    }
  }
  return dc;
}

function codeAc(coefficients: Int16Array, start: number, acSymbols: number, sink: SymbolSink): void {
  const end = start + 64;
  let previous = start;
  for (let i = start + 1; i < end; i++) {
    const level = coefficients[i];
    if (level === 0) continue;
    let run = i - previous - 1;
    for (; run > 15; run -= 16) sink.put(acSymbols + SIXTEEN_ZEROS, 0, 0);
    putValue(acSymbols + (run << 4), level, sink);
    previous = i;
  }
  if (previous < end - 1) sink.put(acSymbols + END_OF_BLOCK, 0, 0);
}

/** The symbol holds the bit length of the magnitude; the bits are the value's if it is positive, the low ones of value - 1 if negative. */
function putValue(symbolBase: number, value: number, sink: SymbolSink): void {
  const size = 32 - Math.clz32(Math.abs(value));
  const bits = value < 0 ? value - 1 + (1 << size) : value;
  sink.put(symbolBase + size, bits, size);
}
