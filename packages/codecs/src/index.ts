/**
 * Real image codecs, without tensors: baseline JPEG with any tables, WebP, AVIF, HEIC, JPEG XL.
 *
 * @module @sandwich/codecs
 */

export type { AvifCodecOptions } from './avif-codec.js';
export type { Subsampling } from './chroma-subsampling.js';
export { type Codec, type CodecDriver, type CodecSettings, checkedCodec } from './codec.js';
export { type CodecName, codecs, formats } from './codecs.js';
export { lumaBt601 } from './color-conversion.js';
export { decodeJpeg } from './decode-jpeg.js';
export { createDeepJxl, type DeepCodec } from './deep-jxl.js';
export { encodeJpeg } from './encode-jpeg.js';
export { MissingToolError } from './external-tool.js';
export { addFileMetadata, codecOfFile, findFileMetadata } from './file-metadata.js';
export type { HeicCodecOptions } from './heic-codec.js';
export type { JpegCodecOptions } from './jpeg-codec.js';
export { type JpegCoefficients, jpegCoefficients } from './jpeg-coefficients.js';
export type { JpegOptions, JpegTables } from './jpeg-options.js';
export { jpegSize } from './jpeg-size.js';
export type { JpegSource } from './jpeg-source.js';
export type { JxlCodecOptions } from './jxl-codec.js';
export { annexKTables, flatTables, type QuantizationTables, scaledTables } from './quantization-tables.js';
export { reconstructJpeg, type SimulatedJpeg, simulateJpeg } from './reconstruct-jpeg.js';
export type { WebpCodecOptions } from './webp-codec.js';
