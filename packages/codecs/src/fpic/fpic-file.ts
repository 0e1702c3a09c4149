import {
  assertNetworkFile,
  isNetworkFile,
  latentSize,
  type NetworkFileFormat,
  type NetworkFileHeader,
  networkFile,
  openNetworkFile,
} from '../network-file.js';

const STRIDE = 16;
const FORMAT: NetworkFileFormat = {
  magic: 'FPIC',
  version: 1,
  stride: STRIDE,
  reader: 'readFpic',
  writer: 'writeFpic',
};

/** What a `.fpic` file holds: the string of a range coder, and what it is of. */
export interface FpicPicture extends Omit<NetworkFileHeader, 'flags'> {
  /** Levels of the latent, channel by channel and row by row, as `ransEncode` codes them. */
  string: Uint8Array;
}

/** Width and height of the latent of a picture: a sixteenth, rounded up. */
export const fpicLatentSize = (size: { width: number; height: number }): { columns: number; rows: number } =>
  latentSize(size, STRIDE);

/** Whether bytes begin as a `.fpic` file does. */
export const isFpic = (file: Uint8Array): boolean => isNetworkFile(FORMAT, file);

/**
 * Writes a `.fpic` file, of a picture through a factorised-prior codec. All numbers are little-endian:
 *
 *     'FPIC', u8 version 1, u8 flags 0, u32 width, u32 height, 8 bytes of the network's identity, u16 channels;
 *     u32 length, and so many bytes of the range coder;
 *     u32 CRC-32 of all before
 *
 * @throws RangeError for sizes that it cannot hold
 */
export function writeFpic({ string, ...header }: FpicPicture): Uint8Array {
  for (const name of ['width', 'height', 'channels'] as const) {
    if (!(Number.isInteger(header[name]) && header[name] > 0))
      throw new RangeError(`writeFpic: ${name} must be a positive integer, got ${header[name]}`);
  }
  assertNetworkFile(FORMAT, header);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(string.length);
  return networkFile(FORMAT, header, [length, string]);
}

/**
 * Reads a `.fpic` file; whether its string holds as many levels as the picture needs shows when it is decoded.
 *
 * @throws Error when it is no whole `.fpic` file, with the reason
 */
export function readFpic(file: Uint8Array): FpicPicture {
  const { header, body } = openNetworkFile(FORMAT, file);
  const length = body.length < 4 ? undefined : body.readUInt32LE();
  if (length !== body.length - 4)
    throw new Error(`readFpic: its string is said to have ${length} bytes, and there are ${body.length - 4}`);
  const { width, height, network, channels } = header;
  return { width, height, network, channels, string: Uint8Array.from(body.subarray(4)) };
}
