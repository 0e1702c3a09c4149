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
}

/** The bottleneck's channels are the image's, or lie below one another in a grayscale image. */
export type BottleneckLayout = 'channels' | 'stacked';

/** Those of headers without and with a step. */
const [WITHOUT_STEP, WITH_STEP] = [1, 2];
const LAYOUTS: BottleneckLayout[] = ['channels', 'stacked'];
/** The tables in docs/library.md, without the header's own checksum. */
const LENGTHS: Record<number, number> = { [WITHOUT_STEP]: 24, [WITH_STEP]: 28 };

const firstBytes = (...parts: (string | Uint8Array)[]): number => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest().readUInt32BE(0);
};

/** The first four bytes of a SHA-256 of an image's samples. */
export const pixelChecksum = (samples: Uint8Array): number => firstBytes(samples);

/** The header as bytes, numbers big-endian. */
export function encodeFileHeader(header: FileHeader): Uint8Array {
  const version = header.step === undefined ? WITHOUT_STEP : WITH_STEP;
  const length = LENGTHS[version];
  const bytes = Buffer.alloc(length + 4);
  bytes.writeUInt8(version, 0);
  bytes.write(header.network, 1, 'hex');
  bytes.writeUInt32BE(header.width, 9);
  bytes.writeUInt32BE(header.height, 13);
  bytes.writeUInt8(header.bitDepth, 17);
  bytes.writeUInt8(header.channels, 18);
  bytes.writeUInt8(LAYOUTS.indexOf(header.layout), 19);
  bytes.writeUInt32BE(header.pixels, 20);
  if (header.step !== undefined) bytes.writeFloatBE(header.step, 24);
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
  const length = LENGTHS[header[0]];
  if (header.length >= 1 && length === undefined) {
    throw new Error(
      `its sandwich metadata have version ${header[0]}, expected ${Object.keys(LENGTHS).join(' or ')}: they are damaged, or newer`,
    );
  }
  if (header.length !== length + 4 || header.readUInt32BE(length) !== firstBytes(header.subarray(0, length))) {
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
    ...(header[0] === WITH_STEP && { step: header.readFloatBE(24) }),
  };
}
