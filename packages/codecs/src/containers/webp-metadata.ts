import type { MetadataFormat } from './metadata-format.js';

// RIFF (https://developers.google.com/speed/webp/docs/riff_container): 'RIFF', the length of what follows, 'WEBP', then chunks: four
// characters, a length, the payload, a zero byte after an odd one. Numbers are little-endian. Chunks of applications belong to the
// extended format, whose first chunk is 'VP8X', at its end.
const HEADER = 12;
const CHUNK_HEADER = 8;
const NAME = 'SNDW';

function chunk(name: string, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(CHUNK_HEADER);
  head.write(name, 'latin1');
  head.writeUInt32LE(payload.length, 4);
  return Buffer.concat([head, payload, Buffer.alloc(payload.length % 2)]);
}

/** The chunks as far as they are whole. */
function* chunksOf(file: Buffer): Generator<{ name: string; payload: Buffer }> {
  let at = HEADER;
  while (at + CHUNK_HEADER <= file.length) {
    const start = at + CHUNK_HEADER;
    const end = start + file.readUInt32LE(at + 4);
    if (end > file.length) return;
    yield { name: file.toString('latin1', at, at + 4), payload: file.subarray(start, end) };
    at = end + ((end - start) % 2);
  }
}

/** Begins an extended file: no alpha, no animation, no other metadata; the size of the canvas is that of the frame (RFC 6386, 9.1). */
function extendedHeader(frame: Buffer): Buffer {
  const payload = Buffer.alloc(10);
  payload.writeUIntLE((frame.readUInt16LE(6) & 0x3fff) - 1, 4, 3);
  payload.writeUIntLE((frame.readUInt16LE(8) & 0x3fff) - 1, 7, 3);
  return chunk('VP8X', payload);
}

export const webpMetadata: MetadataFormat = {
  add(file, metadata) {
    const [first] = chunksOf(file);
    if (first?.name !== 'VP8X' && first?.name !== 'VP8 ') {
      throw new Error(`addFileMetadata: expected a lossy WebP file, its first chunk is '${first?.name}'`);
    }
    const extension = first.name === 'VP8X' ? Buffer.alloc(0) : extendedHeader(first.payload);
    const added = Buffer.concat([file.subarray(0, HEADER), extension, file.subarray(HEADER), chunk(NAME, metadata)]);
    added.writeUInt32LE(added.length - 8, 4);
    return added;
  },
  find(file) {
    for (const { name, payload } of chunksOf(file)) if (name === NAME) return payload;
    return undefined;
  },
};
