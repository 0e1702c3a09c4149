import type { SymbolSink } from './entropy-coder.js';
import { type HuffmanTable, SYMBOLS_PER_TABLE } from './huffman-table.js';
import { optimalHuffmanTable } from './optimal-huffman-table.js';

const CHUNK_LENGTH = 1 << 16;
const SIZE_BITS = 4;
const VALUE_BITS = 11;

/** Keeps a scan's symbols, so that Huffman tables can be made to their measure before they are coded. */
export class SymbolRecording implements SymbolSink {
  private readonly frequencies: Uint32Array;
  /** A word for each symbol: its index, the bits that follow it and their number. Chunks are full but for the last. */
  private readonly chunks: Uint32Array[] = [];
  private chunk = new Uint32Array(0);
  private used = 0;

  constructor(private readonly tableCount: number) {
    this.frequencies = new Uint32Array(SYMBOLS_PER_TABLE * tableCount);
  }

  put(index: number, bits: number, size: number): void {
    this.frequencies[index]++;
    if (this.used === this.chunk.length) this.addChunk();
    this.chunk[this.used++] = (((index << VALUE_BITS) | bits) << SIZE_BITS) | size;
  }

  optimalTables(): HuffmanTable[] {
    return Array.from({ length: this.tableCount }, (_, table) =>
      optimalHuffmanTable(this.frequencies.subarray(SYMBOLS_PER_TABLE * table, SYMBOLS_PER_TABLE * (table + 1))),
    );
  }

  /** Hands all symbols on, in the order in which they came. */
  replay(sink: SymbolSink): void {
    for (const chunk of this.chunks) {
      const end = chunk === this.chunk ? this.used : chunk.length;
      for (let i = 0; i < end; i++) {
        const word = chunk[i];
        const bits = (word >>> SIZE_BITS) & ((1 << VALUE_BITS) - 1);
        sink.put(word >>> (VALUE_BITS + SIZE_BITS), bits, word & ((1 << SIZE_BITS) - 1));
      }
    }
  }

  private addChunk(): void {
    this.chunk = new Uint32Array(CHUNK_LENGTH);
    this.chunks.push(this.chunk);
    this.used = 0;
  }
}
