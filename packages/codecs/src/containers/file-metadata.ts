import { assertBytes } from '../codec.js';
import type { CodecName } from '../codecs.js';
import { isJpeg } from '../jpeg/decode-jpeg.js';
import { fileBrands } from './isobmff.js';
import { boxMetadata, jxlMetadata } from './isobmff-metadata.js';
import { jpegMetadata } from './jpeg-metadata.js';
import type { MetadataFormat } from './metadata-format.js';
import { webpMetadata } from './webp-metadata.js';

const formats: Record<CodecName, MetadataFormat> = {
  jpeg: jpegMetadata,
  webp: webpMetadata,
  avif: boxMetadata,
  heic: boxMetadata,
  jxl: jxlMetadata,
};

const JXL_STARTS = ['ff0a', '0000000c4a584c20'];

/** The codec whose file this is, by its first bytes; undefined for any other file. */
export function codecOfFile(bytes: Uint8Array): CodecName | undefined {
  assertBytes(bytes, 'codecOfFile');
  const file = bufferOf(bytes);
  if (isJpeg(file)) return 'jpeg';
  if (file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, 12) === 'WEBP') return 'webp';
  if (JXL_STARTS.some((start) => file.toString('hex', 0, 8).startsWith(start))) return 'jxl';
  const brands = fileBrands(file);
  if (brands.includes('avif')) return 'avif';
  return brands.some((brand) => ['heic', 'heix', 'heim', 'heis'].includes(brand)) ? 'heic' : undefined;
}

/**
 * Adds metadata of this project to an image file that a codec has written. Viewers show the same picture; programs that rewrite the file
 * may drop it. JPEG files keep it in a segment APP9 that begins with `SANDWICH` and a zero, WebP files in a chunk `SNDW` of the
 * extended format, AVIF, HEIC and JPEG XL files in a box `uuid` with a user type of its own.
 *
 * @param metadata at most 1024 bytes
 * @throws RangeError for longer metadata, Error when the file has not the structure that its format prescribes
 */
export function addFileMetadata(codec: CodecName, bytes: Uint8Array, metadata: Uint8Array): Uint8Array {
  if (metadata.length > 1024) {
    throw new RangeError(`addFileMetadata: metadata must have at most 1024 bytes, got ${metadata.length}`);
  }
  return formats[codec].add(bufferOf(bytes), metadata);
}

/** What `addFileMetadata` has added to a file of that codec; undefined when nothing is found, as in files of other programs. */
export function findFileMetadata(codec: CodecName, bytes: Uint8Array): Uint8Array | undefined {
  return formats[codec].find(bufferOf(bytes));
}

const bufferOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
