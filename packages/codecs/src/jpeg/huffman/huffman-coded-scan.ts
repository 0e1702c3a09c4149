import type { JpegFrame } from '../jpeg-frame.js';
import { annexKHuffmanTables } from './annex-k-huffman-tables.js';
import { codeScan, type SymbolSink } from './entropy-coder.js';
import { canonicalCodes, type HuffmanCodes, type HuffmanTable } from './huffman-table.js';
import { SymbolRecording } from './symbol-recording.js';

/** A scan and the Huffman tables it uses, a DC and an AC table for each slot. */
interface HuffmanCodedScan<Packer> {
  huffmanTables: HuffmanTable[];
  packer: Packer;
}

/**
 * Codes an image with Annex K's Huffman tables, or with those made to its measure.
 *
 * @param components number of colour components, 1 or 3
 * @param Packer takes the codes; one that counts or one that writes
 */
export function huffmanCodedScan<Packer extends SymbolSink>(
  bands: Iterable<JpegFrame>,
  components: number,
  optimizeHuffman: boolean,
  Packer: new (codes: HuffmanCodes) => Packer,
): HuffmanCodedScan<Packer> {
  const tableCount = components === 1 ? 2 : 4;
  if (!optimizeHuffman) {
    const huffmanTables = annexKHuffmanTables.slice(0, tableCount);
    const packer = new Packer(canonicalCodes(huffmanTables));
    codeScan(bands, packer);
    return { huffmanTables, packer };
  }
  const recording = new SymbolRecording(tableCount);
  codeScan(bands, recording);
  const huffmanTables = recording.optimalTables();
  const packer = new Packer(canonicalCodes(huffmanTables));
  recording.replay(packer);
  return { huffmanTables, packer };
}
