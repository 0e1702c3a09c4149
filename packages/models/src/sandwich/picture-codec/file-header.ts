import { createHash } from 'node:crypto';

/** What a file says of the picture in it, beside the image that any viewer shows. */
export interface FileHeader {
  /** `networkIdentity` of what wrote it. */
  network: string;
  /** Width of the original picture, pixels. */
  width: number;
  height: number;
  /** Bits per sample of the original picture. */
  bitDepth: number;
  /** Channels of the bottleneck. */
  channels: number;
  /** How they lie in the image, see `bottleneckPicture`. */
  layout: BottleneckLayout;
  /** `pixelChecksum` of the image. */
  pixels: number;
}

/** The bottleneck's channels are the image's, or lie below one another in a grayscale image. */
export type BottleneckLayout = 'channels' | 'stacked';

/** Raised when the layout of the header changes. */
const VERSION = 1;
const LAYOUTS: BottleneckLayout[] = ['channels', 'stacked'];
/** The table in docs/library.md, without the header's own checksum. */
const LENGTH = 24;

const firstBytes = (...parts: (string | Uint8Array)[]): number => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest().readUInt32BE(0);
};

/** The first four bytes of a SHA-256 of an image's samples. */
export const pixelChecksum = (samples: Uint8Array): number => firstBytes(samples);

/** The header as bytes, numbers big-endian. */
export function encodeFileHeader(header: FileHeader): Uint8Array {
  const bytes = Buffer.alloc(LENGTH + 4);
  bytes.writeUInt8(VERSION, 0);
  bytes.write(header.network, 1, 'hex');
  bytes.writeUInt32BE(header.width, 9);
  bytes.writeUInt32BE(header.height, 13);
  bytes.writeUInt8(header.bitDepth, 17);
  bytes.writeUInt8(header.channels, 18);
  bytes.writeUInt8(LAYOUTS.indexOf(header.layout), 19);
  bytes.writeUInt32BE(header.pixels, 20);
  bytes.writeUInt32BE(firstBytes(bytes.subarray(0, LENGTH)), LENGTH);
  return bytes;
}

/**
 * Reads a header.
 *
 * @throws Error when it is damaged, or of another version
 */
export function decodeFileHeader(bytes: Uint8Array): FileHeader {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (header.length >= 1 && header[0] !== VERSION) {
    throw new Error(`its sandwich metadata have version ${header[0]}, expected ${VERSION}: they are damaged, or newer`);
  }
  if (header.length !== LENGTH + 4 || header.readUInt32BE(LENGTH) !== firstBytes(header.subarray(0, LENGTH))) {
    throw new Error('its sandwich metadata are damaged: their checksum is wrong');
  }
  return {
    network: header.toString('hex', 1, 9),
    width: header.readUInt32BE(9),
    height: header.readUInt32BE(13),
    bitDepth: header.readUInt8(17),
    channels: header.readUInt8(18),
    layout: LAYOUTS[header.readUInt8(19)],
    pixels: header.readUInt32BE(20),
  };
}
