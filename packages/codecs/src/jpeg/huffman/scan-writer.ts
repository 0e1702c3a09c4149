import type { SymbolSink } from './entropy-coder.js';
import type { HuffmanCodes } from './huffman-table.js';

/** Packs a scan's codes into 32-bit words, most significant bit first, and passes each full word on. */
abstract class BitPacker implements SymbolSink {
  private word = 0;
  private free = 32;

  constructor(private readonly huffman: HuffmanCodes) {}

  /** Takes the first `count` bytes of a word, most significant first; the others are zero. */
  protected abstract accept(word: number, count: number): void;

  put(index: number, bits: number, size: number): void {
    this.pack((this.huffman.codes[index] << size) | bits, this.huffman.lengths[index] + size);
  }

  /** Fills the last byte with ones (ITU-T T.81, F.1.2.3) and passes on what is left. */
  protected flush(): void {
    const padding = this.free % 8;
    this.pack((1 << padding) - 1, padding);
    this.accept(this.word, (32 - this.free) / 8);
  }

  private pack(bits: number, size: number): void {
    if (size < this.free) {
      this.free -= size;
      this.word |= bits << this.free;
      return;
    }
    const left = size - this.free;
    this.accept(this.word | (bits >>> left), 4);
    this.free = 32 - left;
    this.word = left === 0 ? 0 : bits << this.free;
  }
}

/** Counts the bytes of a scan. */
export class ScanSizer extends BitPacker {
  private size = 0;

  /** Ends the scan and tells its length in bytes. */
  finish(): number {
    this.flush();
    return this.size;
  }

  protected accept(word: number, count: number): void {
    this.size += count + onesBytes(word);
  }
}

/** Writes the bytes of a scan. */
export class ScanWriter extends BitPacker {
  private bytes = new Uint8Array(4096);
  private size = 0;

  /** Ends the scan and hands over its bytes. */
  finish(): Uint8Array {
    this.flush();
    return this.bytes.subarray(0, this.size);
  }

  /** After a byte of ones, which would begin a marker, a zero is stuffed (ITU-T T.81, B.1.1.5). */
  protected accept(word: number, count: number): void {
    if (this.size + 8 > this.bytes.length) this.grow();
    for (; count > 0; count--, word <<= 8) {
      const byte = word >>> 24;
      this.bytes[this.size++] = byte;
      if (byte === 0xff) this.bytes[this.size++] = 0;
    }
  }

  private grow(): void {
    const bytes = new Uint8Array(2 * this.bytes.length);
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}

/**
 * How many of a word's four bytes are 0xFF. Most words have none, which one test tells: taking 1 from each byte of the inverse sets a
 * top bit that was clear if and only if there is a zero byte.
 */
function onesBytes(word: number): number {
  const inverse = ~word;
  if (((inverse - 0x01010101) & ~inverse & 0x80808080) === 0) return 0;
  let count = 0;
  for (let shift = 0; shift < 32; shift += 8) if (((word >>> shift) & 0xff) === 0xff) count++;
  return count;
}
