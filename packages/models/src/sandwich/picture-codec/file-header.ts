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
  /** The quantiser step that the networks were told, a float32; absent where they are not conditioned on it. */
  step?: number;
  /** The exponent of the picture's companding curve in a byte, see `exponentOfByte`; absent where there is no curve. */
  exponent?: number;
  /** The primaries of a picture in linear light, as ITU-T H.273 numbers them; absent for other pictures, which are sRGB. */
  primaries?: number;
}

/** The bottleneck's channels are the image's, or lie below one another in a grayscale image. */
export type BottleneckLayout = 'channels' | 'stacked';

const LAYOUTS: BottleneckLayout[] = ['channels', 'stacked'];

/** A number that not every header has. */
interface Field {
  key: 'step' | 'exponent' | 'primaries';
  bytes: number;
  write(bytes: Buffer, value: number, at: number): void;
  read(bytes: Buffer, at: number): number;
}

const FIELDS: Field[] = [
  {
    key: 'step',
    bytes: 4,
    write: (bytes, value, at) => bytes.writeFloatBE(value, at),
    read: (bytes, at) => bytes.readFloatBE(at),
  },
  ...(['exponent', 'primaries'] as const).map((key) => ({
    ...{ key, bytes: 1 },
    write: (bytes: Buffer, value: number, at: number) => void bytes.writeUInt8(value, at),
    read: (bytes: Buffer, at: number) => bytes.readUInt8(at),
  })),
];

/** Bytes of what every header has. */
const COMMON_LENGTH = 24;
const CHECKSUM_LENGTH = 4;
/** Each version is one more than a sum of powers of two, one for each further field: the tables in docs/library.md. */
const LAST_VERSION = 2 ** FIELDS.length;

const versionOf = (header: FileHeader): number =>
  1 + FIELDS.reduce((sum, { key }, i) => sum + (header[key] === undefined ? 0 : 2 ** i), 0);

const fieldsOf = (version: number): Field[] => FIELDS.filter((_, i) => ((version - 1) >> i) & 1);

const lengthOf = (version: number): number => fieldsOf(version).reduce((sum, { bytes }) => sum + bytes, COMMON_LENGTH);

const firstBytes = (...parts: (string | Uint8Array)[]): number => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest().readUInt32BE(0);
};

/** The first four bytes of a SHA-256 of an image's samples. */
export const pixelChecksum = (samples: Uint8Array): number => firstBytes(samples);

/** The header as bytes, numbers big-endian. */
export function encodeFileHeader(header: FileHeader): Uint8Array {
  const version = versionOf(header);
  const length = lengthOf(version);
  const bytes = Buffer.alloc(length + CHECKSUM_LENGTH);
  bytes.writeUInt8(version, 0);
  bytes.write(header.network, 1, 'hex');
  bytes.writeUInt32BE(header.width, 9);
  bytes.writeUInt32BE(header.height, 13);
  bytes.writeUInt8(header.bitDepth, 17);
  bytes.writeUInt8(header.channels, 18);
  bytes.writeUInt8(LAYOUTS.indexOf(header.layout), 19);
  bytes.writeUInt32BE(header.pixels, 20);
  let at = COMMON_LENGTH;
  for (const { key, bytes: length, write } of fieldsOf(version)) {
    write(bytes, header[key]!, at);
    at += length;
  }
  bytes.writeUInt32BE(firstBytes(bytes.subarray(0, length)), length);
  return bytes;
}

/**
 * Reads a header.
 *
 * @throws Error when it is damaged, or of another version
 */
export function decodeFileHeader(bytes: Uint8Array): FileHeader {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const [version] = header;
  if (header.length >= 1 && !(version >= 1 && version <= LAST_VERSION)) {
    throw new Error(
      `its sandwich metadata have version ${version}, expected 1 to ${LAST_VERSION}: they are damaged, or newer`,
    );
  }
  const length = lengthOf(version);
  if (
    header.length !== length + CHECKSUM_LENGTH ||
    header.readUInt32BE(length) !== firstBytes(header.subarray(0, length))
  ) {
    throw new Error('its sandwich metadata are damaged: their checksum is wrong');
  }
  let at = COMMON_LENGTH;
  const further = fieldsOf(version).map(({ key, bytes: length, read }) => {
    at += length;
    return [key, read(header, at - length)] as const;
  });
  return {
    network: header.toString('hex', 1, 9),
    width: header.readUInt32BE(9),
    height: header.readUInt32BE(13),
    bitDepth: header.readUInt8(17),
    channels: header.readUInt8(18),
    layout: LAYOUTS[header.readUInt8(19)],
    pixels: header.readUInt32BE(20),
    ...Object.fromEntries(further),
  };
}
