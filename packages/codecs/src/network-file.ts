import { crc32 } from 'node:zlib';
import { assertBytes } from './codec.js';

// What files of learned codecs have in common, all numbers little-endian:
//
//     4 bytes that name the format, u8 version, u8 flags, u32 width, u32 height, 8 bytes of the network's identity, u16 channels;
//     what the format puts there;
//     u32 CRC-32 of all before

/** Bytes of the identity of a network. */
export const IDENTITY = 8;
/** The number of channels lies behind the identity. */
const AT_IDENTITY = 14;
const HEADER = AT_IDENTITY + IDENTITY + 2;
const CHECKSUM = 4;
/** Sides of pictures, pixels. */
const LARGEST_SIDE = 2 ** 32 - 1;
/** Channels of a latent. */
const MOST_CHANNELS = 2 ** 16 - 1;
/** So many symbols are written and read at most: 64 channels of 268 megapixels at an eighth of the sides. */
const MOST_SYMBOLS = 2 ** 28;
/** So many pixels are written and read at most, about as many as sharp reads of pictures: a file of a few bytes may well be of a flat picture. */
const MOST_PIXELS = 2 ** 28;

/** A format of files. */
export interface NetworkFileFormat {
  /** Four letters. */
  magic: string;
  version: number;
  /** The flags that files may have, together. Default none. */
  flags?: number;
  /** Pixels, in each direction, that are a place of the latent. */
  stride: number;
  /** Functions that read and write it, for messages. */
  reader: string;
  writer: string;
}

/** What files of learned codecs say of themselves. */
export interface NetworkFileHeader {
  width: number;
  height: number;
  /** The first 8 bytes of the SHA-256 of the network's weights in float16. */
  network: Uint8Array;
  channels: number;
  /** Default none. */
  flags?: number;
}

/** Columns and rows of the latent of a picture, rounded up. @param stride pixels, in each direction, that are a place of it */
export const latentSize = (
  { width, height }: Pick<NetworkFileHeader, 'width' | 'height'>,
  stride: number,
): { columns: number; rows: number } => ({ columns: Math.ceil(width / stride), rows: Math.ceil(height / stride) });

/** Whether files may be of so large a picture. */
function isTooLarge({ stride }: NetworkFileFormat, { channels, ...size }: NetworkFileHeader): boolean {
  const { columns, rows } = latentSize(size, stride);
  return size.width * size.height > MOST_PIXELS || columns * rows * channels > MOST_SYMBOLS;
}

/** Whether bytes begin as a file of a format does. */
export const isNetworkFile = ({ magic }: NetworkFileFormat, file: Uint8Array): boolean =>
  Buffer.from(file.subarray(0, magic.length)).toString('latin1') === magic;

/** Puts a file together. */
export function networkFile(
  { magic, version }: NetworkFileFormat,
  { width, height, network, channels, flags = 0 }: NetworkFileHeader,
  parts: readonly Uint8Array[],
): Uint8Array {
  const header = Buffer.alloc(HEADER);
  header.write(magic, 'latin1');
  header.writeUInt8(version, 4);
  header.writeUInt8(flags, 5);
  header.writeUInt32LE(width, 6);
  header.writeUInt32LE(height, 10);
  header.set(network, AT_IDENTITY);
  header.writeUInt16LE(channels, AT_IDENTITY + IDENTITY);
  const file = Buffer.concat([header, ...parts, Buffer.alloc(CHECKSUM)]);
  file.writeUInt32LE(crc32(file.subarray(0, -CHECKSUM)), file.length - CHECKSUM);
  return new Uint8Array(file.buffer, file.byteOffset, file.length);
}

/**
 * Takes a file apart.
 *
 * @returns the header, and the bytes between it and the checksum
 * @throws Error when it is no whole file of the format
 */
export function openNetworkFile(
  format: NetworkFileFormat,
  bytes: Uint8Array,
): { header: Required<NetworkFileHeader>; body: Buffer } {
  const { magic, version, flags = 0, reader } = format;
  const damaged = (reason: string): never => {
    throw new Error(`${reader}: ${reason}`);
  };
  assertBytes(bytes, reader);
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!isNetworkFile(format, file)) damaged(`these ${file.length} bytes do not begin with ${magic}`);
  if (file.length < HEADER + CHECKSUM) damaged(`a file of ${file.length} bytes is cut off`);
  if (file[4] !== version) damaged(`it is of version ${file[4]}, and only version ${version} is known`);
  if ((file[5] & ~flags) !== 0) damaged(`it has unknown flags, ${file[5]}`);
  const end = file.length - CHECKSUM;
  if (crc32(file.subarray(0, end)) !== file.readUInt32LE(end))
    damaged('its checksum is not that of its bytes: it is damaged or cut off');
  const header = {
    width: file.readUInt32LE(6),
    height: file.readUInt32LE(10),
    network: Uint8Array.from(file.subarray(AT_IDENTITY, AT_IDENTITY + IDENTITY)),
    channels: file.readUInt16LE(AT_IDENTITY + IDENTITY),
    flags: file[5],
  };
  if (header.width * header.height * header.channels === 0)
    damaged(`it has ${header.width} x ${header.height} pixels and ${header.channels} channels`);
  if (isTooLarge(format, header))
    damaged(`${header.channels} channels of ${header.width} x ${header.height} pixels are more than this reads`);
  return { header, body: file.subarray(HEADER, end) };
}

/** Checks what a file is to say of itself. @throws RangeError for what no file holds */
export function assertNetworkFile(format: NetworkFileFormat, header: NetworkFileHeader): void {
  const { writer } = format;
  const { width, height, network, channels } = header;
  if (network.length !== IDENTITY)
    throw new RangeError(`${writer}: a network's identity has ${IDENTITY} bytes, got ${network.length}`);
  if (Math.max(width, height) > LARGEST_SIDE || channels > MOST_CHANNELS || isTooLarge(format, header))
    throw new RangeError(`${writer}: a picture of ${width} x ${height} with ${channels} channels is too large`);
}
