import type { ByteSource } from './byte-source.js';

const SIGNATURE_LENGTH = 8;
/** Length and type before a chunk's data, checksum after it. */
const HEAD_LENGTH = 8;
const CHECKSUM_LENGTH = 4;
/** No chunk that describes a picture is longer; a damaged length must not take the memory. */
const MAX_LENGTH = 2 ** 26;

/** A chunk of a PNG file. */
export interface PngChunk {
  type: string;
  data(): Promise<Buffer>;
}

/** The chunks before the image data (PNG, third edition, 5.3), as far as they are whole. */
export async function* pngChunks(source: ByteSource): AsyncGenerator<PngChunk> {
  for (let position = SIGNATURE_LENGTH; ; ) {
    const head = await source(position, HEAD_LENGTH);
    if (head.length < HEAD_LENGTH) return;
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4);
    if (type === 'IDAT') return;
    const start = position + HEAD_LENGTH;
    yield { type, data: () => source(start, Math.min(length, MAX_LENGTH)) };
    position = start + length + CHECKSUM_LENGTH;
  }
}
