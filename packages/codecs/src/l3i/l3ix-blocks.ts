import { fseCompress } from './fse-compress.js';
import { fseDecompress } from './fse-decompress.js';

/** Symbols of a block at most. */
export const LARGEST_BLOCK = 65_535;

/** Lengths of the blocks of a plane, all but the last one the largest. */
const blockSizes = (symbols: number): number[] =>
  Array.from({ length: Math.ceil(symbols / LARGEST_BLOCK) }, (_, i) =>
    Math.min(LARGEST_BLOCK, symbols - i * LARGEST_BLOCK),
  );

/**
 * The blocks of a channel: length in bytes, 16 bits, then one byte for a symbol that fills the block, as many bytes as it has symbols for
 * these as they are, else what `fseCompress` makes, which is neither.
 */
export function blocksOf(symbols: Uint8Array): Uint8Array {
  let at = 0;
  const blocks = blockSizes(symbols.length).flatMap((size) => {
    const { bytes } = fseCompress(symbols.subarray(at, at + size));
    at += size;
    return [Uint8Array.of(bytes.length & 0xff, bytes.length >> 8), bytes];
  });
  return Buffer.concat(blocks);
}

/** The symbols of a channel from its blocks. @param count of the symbols @throws Error for a block that holds too few or too many, naming the channel */
export function symbolsOf(blocks: readonly Uint8Array[], count: number, channel: number): Uint8Array {
  const symbols = new Uint8Array(count);
  const sizes = blockSizes(count);
  for (const [i, block] of blocks.entries()) {
    const place = symbols.subarray(i * LARGEST_BLOCK, i * LARGEST_BLOCK + sizes[i]);
    if (block.length === 1) {
      place.fill(block[0]);
      continue;
    }
    const read = block.length === place.length ? block : fseDecompress(block, place.length);
    if (read.length !== place.length)
      throw new Error(
        `readL3ix: a block of channel ${channel} holds ${read.length} symbols, and has ${place.length} places`,
      );
    place.set(read);
  }
  return symbols;
}
