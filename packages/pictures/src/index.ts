/**
 * Pictures: one type of them, and all that reads, writes, crops and converts it, files of any colour space and bit depth among that.
 *
 * @module @sandwich/pictures
 */

export { assertPicture, assertSides, type ExpectedPicture } from './assert-picture.js';
export { primariesCode, primariesOfCode } from './color/color-tags.js';
export type { Chromaticities, Chromaticity, Primaries } from './color/primaries.js';
export { toRgb } from './color/to-rgb.js';
export { toSrgb, whyNotSrgb } from './color/to-srgb.js';
export { encodePq, type Transfer } from './color/transfer.js';
export { type PictureHeader, readPictureHeader } from './header/picture-header.js';
export { loadSharp } from './load-sharp.js';
export { bitDepthOf, largestSample, type Picture, primariesOf, transferOf } from './picture.js';
export type { PictureCodec } from './picture-codec.js';
export { decodePixels } from './reading/decode-pixels.js';
export { LINEAR_PEAK, linearSamples } from './reading/linear-samples.js';
export { type LinearPicture, readLinear, toLinear } from './reading/read-linear.js';
export { type ReadOptions, readPicture } from './reading/read-picture.js';
export { UnusableImage } from './reading/unusable-image.js';
export { copySamples } from './samples/copy-samples.js';
export { centreCrop, centreRegion, cropPicture, type Region } from './samples/crop-picture.js';
export { firstChannels } from './samples/first-channels.js';
export { multipleOf } from './samples/multiple-of.js';
export { reducePicture, repeatPixels, resizePicture } from './samples/resize-picture.js';
export { toSamples } from './samples/to-samples.js';
export { withBitDepth } from './samples/with-bit-depth.js';
export { encodeLosslessWebp } from './writing/encode-lossless-webp.js';
export { encodePng, type PngOptions } from './writing/encode-png.js';
export { openInSharp } from './writing/open-in-sharp.js';
export { pqSamples } from './writing/pq-samples.js';
export { pictureEncoder, writePicture } from './writing/write-picture.js';
