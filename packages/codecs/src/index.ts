/**
 * Real image codecs, without tensors: baseline JPEG with any tables, WebP, AVIF, HEIC, JPEG XL; the bitstreams of learned codecs.
 *
 * @module @sandwich/codecs
 */

export { type Codec, type CodecDriver, type CodecSettings, checkedCodec } from './codec.js';
export { type CodecName, codecs, formats } from './codecs.js';
export { addFileMetadata, codecOfFile, findFileMetadata } from './containers/file-metadata.js';
export { type Encoder, type EncoderName, encoders } from './encoders.js';
export { type FpicPicture, fpicLatentSize, isFpic, readFpic, writeFpic } from './fpic/fpic-file.js';
export { type Subsampling, subsamplings } from './jpeg/color/chroma-subsampling.js';
export { lumaBt601 } from './jpeg/color/color-conversion.js';
export { decodeJpeg } from './jpeg/decode-jpeg.js';
export { effectiveJpegSize } from './jpeg/effective-jpeg-size.js';
export { encodeJpeg } from './jpeg/encode-jpeg.js';
export { marginalBits } from './jpeg/huffman/marginal-bits.js';
export type { JpegCodecOptions } from './jpeg/jpeg-codec.js';
export { type JpegCoefficients, jpegCoefficients } from './jpeg/jpeg-coefficients.js';
export type { JpegOptions, JpegTables, TrellisError } from './jpeg/jpeg-options.js';
export { jpegScanSize } from './jpeg/jpeg-scan-size.js';
export { jpegSize } from './jpeg/jpeg-size.js';
export type { JpegSource } from './jpeg/jpeg-source.js';
export {
  annexKTables,
  flatTables,
  type QuantizationTables,
  scaledTables,
  tableStep,
} from './jpeg/quantization-tables.js';
export { readJpegTables } from './jpeg/read-jpeg-tables.js';
export { reconstructJpeg, type SimulatedJpeg, simulateJpeg } from './jpeg/reconstruct-jpeg.js';
export { priceOfBit } from './jpeg/trellis/price-of-bit.js';
export { channelBytes } from './l3i/channel-bytes.js';
export { type FseResult, fseCompress } from './l3i/fse-compress.js';
export { fseDecompress } from './l3i/fse-decompress.js';
export { type ReadChannelsOptions, readL3i, writeL3i } from './l3i/l3i-file.js';
export { isL3ix, type L3ixPicture, readL3ix, readL3ixHeader, writeL3ix } from './l3i/l3ix-file.js';
export { readL3ixInThreads, type ThreadOptions, writeL3ixInThreads } from './l3i/l3ix-threads.js';
export { symbolCounts, symbolEntropy } from './l3i/symbol-entropy.js';
export { planeSize, SYMBOL_SIDE, type SymbolPlanes } from './l3i/symbol-planes.js';
export { latentSize, type NetworkFileHeader } from './network-file.js';
export { type IntegerDistribution, leastBits, ransDecode, ransEncode } from './rans/rans.js';
export type { AvifCodecOptions } from './stills/avif-codec.js';
export { type BpgCodecOptions, createBpgCodec } from './stills/bpg-codec.js';
export { createDeepJxl, type DeepCodec } from './stills/deep-jxl.js';
export { MissingToolError } from './stills/external-tool.js';
export type { HeicCodecOptions } from './stills/heic-codec.js';
export { createJpeg2000Codec, type Jpeg2000CodecOptions } from './stills/jpeg2000-codec.js';
export type { JxlCodecOptions } from './stills/jxl-codec.js';
export { effectiveBpgSize, effectiveJpeg2000Size } from './stills/picture-data-size.js';
export type { WebpCodecOptions } from './stills/webp-codec.js';
