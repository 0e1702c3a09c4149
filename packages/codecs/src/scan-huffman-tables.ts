import { annexKHuffmanTables } from './annex-k-huffman-tables.js';
import { codeScan, type SymbolSink } from './entropy-coder.js';
import { type HuffmanTable, SYMBOLS_PER_TABLE } from './huffman-table.js';
import type { JpegFrame } from './jpeg-frame.js';
import { optimalHuffmanTable } from './optimal-huffman-table.js';

class SymbolStatistics implements SymbolSink {
  readonly frequencies: Uint32Array;

  constructor(tableCount: number) {
    this.frequencies = new Uint32Array(SYMBOLS_PER_TABLE * tableCount);
  }

  put(index: number): void {
    this.frequencies[index]++;
  }
}

/** The Huffman tables that a frame's scan uses, a DC and an AC table for each slot: Annex K's, or those made to its measure. */
export function scanHuffmanTables(frame: JpegFrame, optimize: boolean): HuffmanTable[] {
  const tableCount = 2 * new Set(frame.components.map((component) => component.huffmanSlot)).size;
  if (!optimize) return annexKHuffmanTables.slice(0, tableCount);
  const statistics = new SymbolStatistics(tableCount);
  codeScan(frame, statistics);
  return Array.from({ length: tableCount }, (_, table) =>
    optimalHuffmanTable(statistics.frequencies.subarray(SYMBOLS_PER_TABLE * table, SYMBOLS_PER_TABLE * (table + 1))),
  );
}
