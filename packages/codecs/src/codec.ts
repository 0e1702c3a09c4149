import { assertPicture, type Picture } from '@sandwich/pictures';
import { checkedQuality } from './jpeg/quantization-tables.js';

/** Versions and settings by name; with the quality they make a file reproducible. */
export type CodecSettings = Record<string, string | number | boolean>;

/** A lossy image codec: pixels to the bytes of a file and back. */
export interface Codec {
  name: string;
  /** What was run and how, all but the quality: programs and libraries with their versions, chroma subsampling, effort. */
  settings: CodecSettings;
  /** Qualities that span the useful range of rates, in rising order. */
  qualities: number[];
  /**
   * The quantiser step that stands for a quality, for networks that are conditioned on it: that of flat JPEG tables with the same mean squared
   * error, as measured on photographs; of JPEG itself `tableStep` of its tables for luma. Absent where nobody has measured it.
   */
  step?(quality: number): number;
  /** Whether one-channel images are stored, and come back, as such; otherwise they are stored, and come back, as RGB. */
  grayscale: boolean;
  /**
   * Makes the file of an image.
   *
   * @param quality on the codec's own scale, a whole number of 1 to 100; more is better
   */
  encode(image: Picture<Uint8Array>, quality: number): Promise<Uint8Array>;
  /** Decodes a file to 8-bit samples. Colour profiles and orientation are left aside, transparency is dropped. */
  decode(bytes: Uint8Array): Promise<Picture<Uint8Array>>;
}

/** A driver: a codec that may rely on what it is given, and knows its files. */
export interface CodecDriver extends Codec {
  /** Name of the format for messages, e.g. `WebP`. */
  format: string;
  /** Whether bytes begin as a file of this format does. */
  isFile(bytes: Buffer): boolean;
}

/**
 * Makes a codec of a driver: arguments are checked, and errors name codec and function, e.g. `webp.decode: these 5 bytes are no WebP file`.
 *
 * `encode` throws a RangeError for malformed images and qualities; `decode` throws an Error for what is not a whole file of the format.
 */
export function checkedCodec({ format, isFile, step, ...codec }: CodecDriver): Codec {
  return {
    ...codec,
    ...(step && { step: (quality: number) => step(checkedQuality(quality, `${codec.name}.step`)) }),
    async encode(image, quality) {
      const caller = `${codec.name}.encode`;
      assertPicture(image, `${caller}: image.`);
      checkedQuality(quality, caller);
      return codec.encode(image, quality).catch((error) => fail(caller, error));
    },
    async decode(bytes) {
      const caller = `${codec.name}.decode`;
      assertBytes(bytes, caller);
      const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      if (!isFile(file)) {
        const start = file
          .subarray(0, 12)
          .toString('hex')
          .replace(/..(?!$)/g, '$& ');
        throw new Error(`${caller}: these ${bytes.length} bytes are no ${format} file, they begin with "${start}"`);
      }
      return codec.decode(bytes).catch((error) => fail(`${caller}: ${format} file of ${bytes.length} bytes`, error));
    },
  };
}

/** Throws a TypeError when bytes are not a Uint8Array. */
export function assertBytes(bytes: Uint8Array, caller: string): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`${caller}: bytes must be a Uint8Array, got ${Object.prototype.toString.call(bytes)}`);
  }
}

function fail(prefix: string, error: Error): never {
  throw new Error(`${prefix}: ${error.message}`, { cause: error });
}
