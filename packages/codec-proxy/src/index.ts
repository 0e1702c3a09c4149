/**
 * Differentiable codecs with a rate, and real codecs in the loop.
 *
 * @module @sandwich/codec-proxy
 */

export { type BottleneckOptions, encodeBottleneck, type FileLayout, subsamplingOf } from './bottleneck-files.js';

export type { ChromaFilter, ChromaSubsampling } from './chroma-resampling.js';
export { type CodecAtQuality, type CodedBottleneck, codeBottleneck } from './code-bottleneck.js';
export type { CodecDescription, CodecFiles, CodedTensors, DifferentiableCodec, Knobs } from './codec.js';
export type { CodecKind } from './codec-kind.js';
export { rgbFromYuv, rgbToYuv, yuvFromRgb, yuvToRgb } from './colorspace.js';
export { type BottleneckSize, decodeBottleneck } from './decode-bottleneck.js';
export { diffJpeg, diffJpegDecode, diffJpegEncode, diffJpegWithRate, type JpegLevels } from './diff-jpeg.js';
export { DiffJpegCodec } from './diff-jpeg-codec.js';
export type { DiffJpegCodecDescription, DiffJpegCodecOptions, LearnedByDiffJpeg } from './diff-jpeg-codec-options.js';
export type { DiffJpegOptions } from './diff-jpeg-options.js';
export { EncodeDecodeIntra } from './encode-decode-intra.js';
export type {
  ApplyOptions,
  EncodeDecodeIntraDescription,
  EncodeDecodeIntraOptions,
  NamedForward,
} from './encode-decode-intra-options.js';
export { JpegProxy, type JpegProxyOptions, type PlaneCoefficients } from './jpeg-proxy.js';
export { padSymmetric } from './pad-symmetric.js';
export { type ProxyGradient, publishedGradient } from './proxy-gradient.js';
export {
  type ChannelCdf,
  type CodedLatent,
  EntropyBottleneck,
  type EntropyBottleneckOptions,
} from './rate/entropy-bottleneck.js';
export { integerCdf } from './rate/integer-cdf.js';
export { type RateOf, unroundedRate } from './rate/unrounded-rate.js';
export { gaussianRate, geometricRate, jpegRate } from './rate-models.js';
export {
  type CodedImage,
  type NamedCodec,
  type RealCodec,
  type RealCodecOptions,
  startRealCodec,
} from './real-codec.js';
export { type CodecForward, type ThroughRealCodecOptions, throughRealCodec } from './real-forward.js';
export { buildCodec, missingFromCodec, registerCodec } from './register-codec.js';
export { type ResizeMethod, resize, resizeMatrix } from './resize.js';
export {
  fourierRounding,
  noiseRounding,
  type RoundingFn,
  roundings,
  sigmoidRounding,
  softmaxRounding,
  tanhRounding,
} from './roundings.js';
export { clipToBounds } from './soft-steps.js';
export { type Images, toPictures, toTensor } from './tensor-pictures.js';
