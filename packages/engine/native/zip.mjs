// Reads ZIP archives (wheels are such), ZIP64 included, without holding them in memory.

import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const [STORED, DEFLATED] = [0, 8];

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/**
 * @typedef {object} ZipEntry
 * @property {string} name        as the archive spells it; check it before you use it as a path
 * @property {boolean} isFolder
 * @property {boolean} isLink
 * @property {number} size        of the content, in bytes
 * @property {() => Promise<import('node:stream').Readable>} open  its content; the stream fails where it is damaged
 */

const number = (value) => {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error('the archive is damaged');
  return Number(value);
};

async function read(file, position, length) {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw new Error('the archive ends too early');
  return buffer;
}

/** Where the list of entries lies: at the end, behind a comment of any length. */
async function findDirectory(file) {
  const { size } = await file.stat();
  const tailLength = Math.min(size, 22 + 0xffff);
  const tail = await read(file, size - tailLength, tailLength);
  let at = tailLength - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--;
  if (at < 0) throw new Error('it is not a ZIP archive, or it is not complete');
  if (at >= 20 && tail.readUInt32LE(at - 20) === END_64_LOCATOR) {
    const end = await read(file, number(tail.readBigUInt64LE(at - 12)), 56);
    if (end.readUInt32LE(0) !== END_64) throw new Error('the archive is damaged');
    return {
      count: number(end.readBigUInt64LE(32)),
      length: number(end.readBigUInt64LE(40)),
      start: number(end.readBigUInt64LE(48)),
      size,
    };
  }
  return {
    count: tail.readUInt16LE(at + 10),
    length: tail.readUInt32LE(at + 12),
    start: tail.readUInt32LE(at + 16),
    size,
  };
}

/** Sizes and offset from the ZIP64 field, which holds only those that do not fit their 32 bits. */
function widened(extra, values) {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let field = at + 4;
    return values.map((value) => {
      if (value !== 0xffffffff) return value;
      field += 8;
      return number(extra.readBigUInt64LE(field - 8));
    });
  }
  return values;
}

/** Lets exactly the bytes through that the archive promised. */
function verified(name, size, crc) {
  let length = 0;
  let state = 0xffffffff;
  return new Transform({
    transform(chunk, _, done) {
      length += chunk.length;
      for (let i = 0; i < chunk.length; i++) state = (state >>> 8) ^ CRC_TABLE[(state ^ chunk[i]) & 255];
      done(length > size ? new Error(`${name} is larger than the archive says`) : null, chunk);
    },
    flush(done) {
      const intact = length === size && (state ^ 0xffffffff) >>> 0 === crc;
      done(intact ? null : new Error(`${name} is damaged`));
    },
  });
}

/**
 * The entries of an archive, in its order.
 *
 * @param {import('node:fs/promises').FileHandle} file stays open until all contents are read
 * @returns {Promise<ZipEntry[]>}
 * @throws {Error} when it is no ZIP archive, or a damaged one
 */
export async function readZip(file) {
  const { count, length, start, size: archiveSize } = await findDirectory(file);
  if (start + length > archiveSize) throw new Error('the archive ends too early');
  const directory = await read(file, start, length);
  const entries = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > length || directory.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('the archive is damaged');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const [size, packedSize, offset] = widened(
      extra,
      [24, 20, 42].map((field) => directory.readUInt32LE(at + field)),
    );
    const isEncrypted = (directory.readUInt16LE(at + 8) & 1) === 1;
    const method = directory.readUInt16LE(at + 10);
    const crc = directory.readUInt32LE(at + 16);
    const open = async () => {
      if (isEncrypted || (method !== STORED && method !== DEFLATED))
        throw new Error(`${name} is packed in a way that is not supported`);
      const local = await read(file, offset, 30);
      if (local.readUInt32LE(0) !== LOCAL_ENTRY) throw new Error('the archive is damaged');
      const from = offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
      const check = verified(name, size, crc);
      if (packedSize === 0) return check.end();
      const packed = createReadStream('', { fd: file.fd, start: from, end: from + packedSize - 1, autoClose: false });
      const fail = (error) => check.destroy(error);
      packed.on('error', fail);
      if (method === STORED) return packed.pipe(check);
      return packed.pipe(createInflateRaw().on('error', () => fail(new Error(`${name} is damaged`)))).pipe(check);
    };
    const isLink = (directory.readUInt16LE(at + 40) & 0xf000) === 0xa000;
    entries.push({ name, isFolder: name.endsWith('/'), isLink, size, open });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}
