import { maskedCrc32c } from '@sandwich/files';

/*
 * The sorted string table of LevelDB, in which TensorFlow keeps the index of a checkpoint: blocks of entries, a block that
 * tells where they lie, and a footer that tells where that lies. Source: LevelDB, doc/table_format.md.
 */

const MAGIC = 0xdb4775248b80fb57n;
const FOOTER_BYTES = 48;
/** After each block: how it is compressed, and a checksum. */
const TRAILER_BYTES = 5;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Reads integers of variable length, seven bits a byte, least significant first. */
function varintReader(bytes: Uint8Array, start = 0) {
  let position = start;
  return {
    next(): number {
      let value = 0;
      for (let factor = 1; ; factor *= 128) {
        const byte = bytes[position++];
        if (byte === undefined || factor > 2 ** 49) throw new Error('an integer in it is damaged');
        value += (byte & 0x7f) * factor;
        if (byte < 0x80) return value;
      }
    },
    take(length: number): Uint8Array {
      if (position + length > bytes.length) throw new Error('an entry in it reaches beyond its end');
      position += length;
      return bytes.subarray(position - length, position);
    },
    get position() {
      return position;
    },
  };
}

function blockAt(bytes: Uint8Array, offset: number, size: number): Uint8Array {
  if (offset + size + TRAILER_BYTES > bytes.length) throw new Error('a block reaches beyond its end: it is truncated');
  const checksum = viewOf(bytes).getUint32(offset + size + 1, true);
  if (maskedCrc32c(bytes.subarray(offset, offset + size + 1)) !== checksum)
    throw new Error('a checksum is wrong: it is damaged');
  const compression = bytes[offset + size];
  if (compression !== 0) throw new Error(`a block is compressed (${compression}), which TensorFlow does not do`);
  return bytes.subarray(offset, offset + size);
}

/** Entries begin with as many bytes of the key before as they share with it. */
function* entriesOf(block: Uint8Array): Generator<[key: string, value: Uint8Array]> {
  if (block.length < 4) throw new Error('a block is too short');
  const restarts = viewOf(block).getUint32(block.length - 4, true);
  const end = block.length - 4 - 4 * restarts;
  const reader = varintReader(block.subarray(0, Math.max(end, 0)));
  let key = new Uint8Array();
  while (reader.position < end) {
    const [shared, rest, size] = [reader.next(), reader.next(), reader.next()];
    key = Uint8Array.of(...key.subarray(0, shared), ...reader.take(rest));
    yield [new TextDecoder().decode(key), reader.take(size)];
  }
}

/**
 * All entries of a table.
 *
 * @throws Error saying what is wrong when the bytes are no such table or damaged.
 */
export function readSortedTable(bytes: Uint8Array): Map<string, Uint8Array> {
  const footer = bytes.length - FOOTER_BYTES;
  if (footer < 0 || viewOf(bytes).getBigUint64(bytes.length - 8, true) !== MAGIC)
    throw new Error('it does not end as the index of a TensorFlow checkpoint');
  const handles = varintReader(bytes.subarray(footer));
  const [, , indexOffset, indexSize] = [handles.next(), handles.next(), handles.next(), handles.next()];
  const entries = new Map<string, Uint8Array>();
  for (const [, handle] of entriesOf(blockAt(bytes, indexOffset, indexSize))) {
    const reader = varintReader(handle);
    const block = blockAt(bytes, reader.next(), reader.next());
    for (const [key, value] of entriesOf(block)) entries.set(key, value);
  }
  return entries;
}
