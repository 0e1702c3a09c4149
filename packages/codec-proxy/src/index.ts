export { type BottleneckOptions, encodeBottleneck, type FileLayout, type PixelArray } from './bottleneck-files.js';
export { rgbFromYuv, rgbToYuv, yuvFromRgb, yuvToRgb } from './colorspace.js';
export { type BottleneckSize, decodeBottleneck } from './decode-bottleneck.js';
export { type ApplyOptions, EncodeDecodeIntra, type EncodeDecodeIntraOptions } from './encode-decode-intra.js';
export { JpegProxy, type JpegProxyOptions, type PlaneCoefficients } from './jpeg-proxy.js';
export { padSymmetric } from './pad-symmetric.js';
export { type ResizeMethod, resize } from './resize.js';
export { type RoundingFn, roundings } from './roundings.js';
