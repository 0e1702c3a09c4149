/**
 * Differentiable codecs with a rate, and real codecs in the loop.
 *
 * @module @sandwich/codec-proxy
 */

export type { CodecDescription, CodecFiles, CodedTensors, DifferentiableCodec, Knobs } from './codec.js';
export type { CodecKind } from './codec-kind.js';
export { atLeast, straightThrough } from './custom-gradient.js';
export { diffJpeg, diffJpegDecode, diffJpegEncode, diffJpegWithRate, type JpegLevels } from './diff-jpeg/diff-jpeg.js';
export { DiffJpegCodec } from './diff-jpeg/diff-jpeg-codec.js';
export type {
  DiffJpegCodecDescription,
  DiffJpegCodecOptions,
  LearnedByDiffJpeg,
} from './diff-jpeg/diff-jpeg-codec-options.js';
export type { DiffJpegOptions } from './diff-jpeg/diff-jpeg-options.js';
export { EncodeDecodeIntra } from './intra/encode-decode-intra.js';
export type {
  ApplyOptions,
  EncodeDecodeIntraDescription,
  EncodeDecodeIntraOptions,
  NamedForward,
} from './intra/encode-decode-intra-options.js';
export { JpegProxy, type JpegProxyOptions, type PlaneCoefficients } from './intra/jpeg-proxy.js';
export { type ProxyGradient, publishedGradient } from './intra/proxy-gradient.js';
export {
  type ChannelCdf,
  type CodedLatent,
  EntropyBottleneck,
  type EntropyBottleneckOptions,
} from './rate/entropy-bottleneck.js';
export { entropyRate } from './rate/entropy-rate.js';
export { integerCdf } from './rate/integer-cdf.js';
export { marginalRate } from './rate/marginal-rate.js';
export { mixtureBits, UNCOUNTED } from './rate/mixture-bits.js';
export { rateModels } from './rate/named-rate-models.js';
export {
  type CodedLevels,
  gaussianRate,
  geometricRate,
  jpegRate,
  logMagnitude,
  type RateModel,
} from './rate/rate-models.js';
export { runLengthRate } from './rate/run-length-rate.js';
export { type RateOf, unroundedRate } from './rate/unrounded-rate.js';
export { type BottleneckOptions, encodeBottleneck, type FileLayout, subsamplingOf } from './real/bottleneck-files.js';
export { type CodecAtQuality, type CodedBottleneck, codeBottleneck } from './real/code-bottleneck.js';
export { type BottleneckSize, decodeBottleneck } from './real/decode-bottleneck.js';
export { type CodecForward, type ThroughRealCodecOptions, throughRealCodec } from './real/real-forward.js';
export {
  type CodedImage,
  type NamedCodec,
  type RealCodec,
  type RealCodecOptions,
  startRealCodec,
} from './real/start-real-codec.js';
export { buildCodec, missingFromCodec, registerCodec } from './register-codec.js';
export type { ChromaFilter, ChromaSubsampling } from './resampling/chroma-resampling.js';
export { padSymmetric } from './resampling/pad-symmetric.js';
export { type ResizeMethod, resize, resizeMatrix } from './resampling/resize.js';
export { projectedLevels } from './rounding/gradient-projection.js';
export {
  fourierRounding,
  noiseRounding,
  type RoundingFn,
  roundings,
  sigmoidRounding,
  softmaxRounding,
  tanhRounding,
} from './rounding/roundings.js';
export { sampleLevels } from './rounding/sample-levels.js';
export type { SoftSupport } from './rounding/soft-levels.js';
export { softProbabilities } from './rounding/soft-probabilities.js';
export { type SoftHardness, type SoftQuantizeOptions, softQuantize, softRounding } from './rounding/soft-quantize.js';
export { clipToBounds } from './rounding/soft-steps.js';
export type { SoftAlphabet } from './rounding/soft-window.js';
export { type Images, toPictures, toTensor } from './tensor-pictures.js';
export { rgbFromYuv, rgbToYuv, yuvFromRgb, yuvToRgb } from './transforms/colorspace.js';
export { type BlockTransform, blockDct, dctBasis, inverseBlockDct } from './transforms/dct.js';
