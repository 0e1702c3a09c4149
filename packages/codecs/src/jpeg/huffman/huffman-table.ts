/** A Huffman table as a file's DHT segment holds it: how many codes there are of 1 to 16 bits, and the symbols in the order of their codes. */
export interface HuffmanTable {
  lengthCounts: ArrayLike<number>;
  symbols: ArrayLike<number>;
}

/**
 * Place of a symbol among those of all Huffman tables of a scan, which share one index: 256 for each table,
 * tables in the order DC luma, AC luma, DC chroma, AC chroma.
 */
export const SYMBOLS_PER_TABLE = 256;
export const dcTable = (huffmanSlot: number) => 2 * huffmanSlot;
export const acTable = (huffmanSlot: number) => 2 * huffmanSlot + 1;

/** Codes of all tables of a scan, by symbol index; a length of 0 means that the symbol has no code. */
export interface HuffmanCodes {
  codes: Uint16Array;
  lengths: Uint8Array;
}

/** Gives consecutive codes to symbols of equal length, shorter codes first (ITU-T T.81, Annex C). */
export function canonicalCodes(tables: HuffmanTable[]): HuffmanCodes {
  const codes = new Uint16Array(SYMBOLS_PER_TABLE * tables.length);
  const lengths = new Uint8Array(SYMBOLS_PER_TABLE * tables.length);
  tables.forEach(({ lengthCounts, symbols }, table) => {
    let code = 0;
    let next = 0;
    for (let length = 1; length <= 16; length++, code <<= 1) {
      for (let left = lengthCounts[length - 1]; left > 0; left--) {
        const index = SYMBOLS_PER_TABLE * table + symbols[next++];
        codes[index] = code++;
        lengths[index] = length;
      }
    }
  });
  return { codes, lengths };
}
