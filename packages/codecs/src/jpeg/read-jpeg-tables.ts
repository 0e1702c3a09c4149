import { QUANTIZATION_TABLE } from './jpeg-markers.js';
import { jpegSegments } from './jpeg-segments.js';
import { zigzag } from './zigzag.js';

/**
 * The quantisation tables of a JPEG file, row by row as in `QuantizationTables`, by their slots, 0 for luma in files of `encodeJpeg`. A slot that
 * is defined again holds its last table; one that its segment cuts off is left out.
 *
 * @param file as far as the header of its first scan; behind what is no JPEG file there are no tables
 */
export function readJpegTables(file: Uint8Array): number[][] {
  const tables: number[][] = [];
  for (const { marker, start, end } of jpegSegments(file)) {
    if (marker !== QUANTIZATION_TABLE) continue;
    // A byte of precision (0: a byte an entry, 1: two) and slot, then the entries (ITU-T T.81, B.2.4.1).
    for (let at = start + 4; at < end; ) {
      const [precision, slot] = [file[at] >> 4, file[at] & 15];
      const size = precision + 1;
      if (at + 1 + 64 * size > end) break;
      const table = new Array<number>(64);
      for (let i = 0; i < 64; i++) {
        const entry = at + 1 + size * i;
        table[zigzag[i]] = size === 1 ? file[entry] : (file[entry] << 8) | file[entry + 1];
      }
      tables[slot] = table;
      at += 1 + 64 * size;
    }
  }
  return tables;
}
