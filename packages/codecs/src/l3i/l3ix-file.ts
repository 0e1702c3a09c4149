import { crc32 } from 'node:zlib';
import { assertBytes } from '../codec.js';
import type { ReadChannelsOptions } from './l3i-file.js';
import { blocksOf, LARGEST_BLOCK, symbolsOf } from './l3ix-blocks.js';
import { assertPlanes, planeSize, type SymbolPlanes, wantedChannels } from './symbol-planes.js';

const MAGIC = 'L3IX';
const VERSION = 1;
/** Bytes of the identity of a network. */
export const L3IX_IDENTITY = 8;
const LARGEST_SIDE = 2 ** 32 - 1;
/** So many symbols are written and read at most, 256 MiB of them: 32 channels of 512 megapixels. */
const LARGEST_FILE = 2 ** 28;
/** Magic, version, flags, width, height, identity, channels. */
const HEADER = 4 + 1 + 1 + 4 + 4 + L3IX_IDENTITY + 2;
const CHECKSUM = 4;

/** What a `.l3ix` file holds: symbols, and which network they are of. */
export interface L3ixPicture extends SymbolPlanes {
  /** The first 8 bytes of the SHA-256 of the network's weights in float16. */
  network: Uint8Array;
}

/** @throws RangeError for a picture that no `.l3ix` file holds */
export function assertL3ixPicture({ network, ...planes }: L3ixPicture): void {
  assertPlanes('writeL3ix', planes);
  const { width, height, channels } = planes;
  if (network.length !== L3IX_IDENTITY) {
    throw new RangeError(`writeL3ix: a network's identity has ${L3IX_IDENTITY} bytes, got ${network.length}`);
  }
  const symbols = channels.length * channels[0].length;
  if (Math.max(width, height) > LARGEST_SIDE || channels.length > LARGEST_BLOCK || symbols > LARGEST_FILE) {
    throw new RangeError(`writeL3ix: a picture of ${width} x ${height} with ${channels.length} channels is too large`);
  }
}

/** The file of a picture whose channels have become blocks. */
export function fileOfBlocks(
  { width, height, network }: Omit<L3ixPicture, 'channels'>,
  channels: readonly Uint8Array[],
): Uint8Array {
  const header = Buffer.alloc(HEADER);
  header.write(MAGIC, 'latin1');
  header.writeUInt8(VERSION, 4);
  header.writeUInt32LE(width, 6);
  header.writeUInt32LE(height, 10);
  header.set(network, 14);
  header.writeUInt16LE(channels.length, 14 + L3IX_IDENTITY);
  const parts = channels.flatMap((blocks) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(blocks.length);
    return [length, blocks];
  });
  const body = Buffer.concat([header, ...parts, Buffer.alloc(CHECKSUM)]);
  body.writeUInt32LE(crc32(body.subarray(0, -CHECKSUM)), body.length - CHECKSUM);
  return new Uint8Array(body.buffer, body.byteOffset, body.length);
}

/**
 * Writes a `.l3ix` file, which holds what `.l3i` files do not: pictures of any size, and which network they are of. All numbers are little-endian:
 *
 *     'L3IX', u8 version 1, u8 flags 0, u32 width, u32 height, 8 bytes of the network's identity, u16 channels;
 *     for each channel u32 length, and its blocks: u16 length, bytes (see `blocksOf`) of at most 65,535 symbols;
 *     u32 CRC-32 of all before
 *
 * @throws RangeError for sizes that it cannot hold
 */
export function writeL3ix(picture: L3ixPicture): Uint8Array {
  assertL3ixPicture(picture);
  return fileOfBlocks(picture, picture.channels.map(blocksOf));
}

const damaged = (reason: string): never => {
  throw new Error(`readL3ix: ${reason}`);
};

/** Where the parts of a file lie. */
export interface L3ixLayout {
  width: number;
  height: number;
  network: Uint8Array;
  /** Blocks of each channel. */
  channels: Uint8Array[][];
}

/** Whether bytes begin as a `.l3ix` file does. */
export const isL3ix = (file: Uint8Array): boolean => Buffer.from(file.subarray(0, 4)).toString('latin1') === MAGIC;

/** Where everything lies; memory for symbols is not needed for it. @throws Error when it is no whole `.l3ix` file */
export function l3ixLayout(bytes: Uint8Array): L3ixLayout {
  assertBytes(bytes, 'readL3ix');
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!isL3ix(file)) damaged(`these ${file.length} bytes do not begin with ${MAGIC}`);
  if (file.length < HEADER + CHECKSUM) damaged(`a file of ${file.length} bytes is cut off`);
  if (file[4] !== VERSION) damaged(`it is of version ${file[4]}, and only version ${VERSION} is known`);
  if (file[5] !== 0) damaged(`it has unknown flags, ${file[5]}`);
  const end = file.length - CHECKSUM;
  if (crc32(file.subarray(0, end)) !== file.readUInt32LE(end))
    damaged('its checksum is not that of its bytes: it is damaged or cut off');
  const [width, height] = [file.readUInt32LE(6), file.readUInt32LE(10)];
  const count = file.readUInt16LE(14 + L3IX_IDENTITY);
  const { columns, rows } = planeSize({ width, height });
  const symbols = columns * rows;
  if (symbols * count === 0) damaged(`it has ${width} x ${height} pixels and ${count} channels`);
  if (symbols * count > LARGEST_FILE)
    damaged(`${count} channels of ${width} x ${height} pixels are more than this reads`);
  let at = HEADER;
  const take = (length: number, what: string): Buffer => {
    if (at + length > end) damaged(`it ends within ${what}`);
    at += length;
    return file.subarray(at - length, at);
  };
  const channels = Array.from({ length: count }, (_, channel) => {
    const name = `channel ${channel} of ${count}`;
    const length = take(4, name).readUInt32LE();
    const begin = at;
    // Not `blockSizes`: of a size that the file cannot hold it would be a long list.
    const blocks: Uint8Array[] = [];
    for (let left = symbols; left > 0; left -= LARGEST_BLOCK) blocks.push(take(take(2, name).readUInt16LE(), name));
    if (at - begin !== length) damaged(`${name} is said to have ${length} bytes, and has ${at - begin}`);
    return blocks;
  });
  if (at < end) damaged(`${end - at} bytes follow the last channel`);
  return { width, height, network: Uint8Array.from(file.subarray(14, 14 + L3IX_IDENTITY)), channels };
}

/** What a `.l3ix` file says of itself, without its channels. @throws Error when it is no whole `.l3ix` file */
export function readL3ixHeader(file: Uint8Array): Omit<L3ixPicture, 'channels'> & { channels: number } {
  const { channels, ...header } = l3ixLayout(file);
  return { ...header, channels: channels.length };
}

/**
 * Reads a `.l3ix` file.
 *
 * @throws Error when it is no whole `.l3ix` file, with the reason
 * @throws RangeError for a channel that there is not
 */
export function readL3ix(file: Uint8Array, options: ReadChannelsOptions = {}): L3ixPicture {
  const { channels, ...header } = l3ixLayout(file);
  const wanted = wantedChannels('readL3ix', channels.length, options.channels);
  const { columns, rows } = planeSize(header);
  return { ...header, channels: wanted.map((channel) => symbolsOf(channels[channel], columns * rows, channel)) };
}
