const HUFFMAN_TABLE = 0xc4;
const START_OF_SCAN = 0xda;
const MARKER = 0xff;

/**
 * Bytes of a JPEG file from its first Huffman table up to, and without, its end mark: Huffman tables and scan, without headers and quantisation tables, as
 * the neural imaging toolbox counts JPEG beside codecs whose files have no headers.
 *
 * @throws Error when it is no whole baseline JPEG file with Huffman tables before its scan
 */
export function effectiveJpegSize(file: Uint8Array): number {
  const end = file.length - 2;
  const isWhole = file[0] === MARKER && file[1] === 0xd8 && file[end] === MARKER && file[end + 1] === 0xd9;
  if (!isWhole) throw new Error(`effectiveJpegSize: these ${file.length} bytes are no whole JPEG file`);
  for (let at = 2; at + 3 < end && file[at] === MARKER; at += 2 + ((file[at + 2] << 8) | file[at + 3])) {
    if (file[at + 1] === HUFFMAN_TABLE) return end - at;
    if (file[at + 1] === START_OF_SCAN) break;
  }
  throw new Error('effectiveJpegSize: the file has no Huffman tables before its scan');
}
