/**
 * Pictures: one type of them, and all that reads, writes, crops and converts it, files of any colour space and bit depth among that.
 *
 * @module @sandwich/pictures
 */

export { assertPicture, assertSides, type ExpectedPicture } from './assert-picture.js';
export { copySamples } from './copy-samples.js';
export { centreRegion, cropPicture, type Region } from './crop-picture.js';
export { decodePixels } from './decode-pixels.js';
export { encodeLosslessWebp } from './encode-lossless-webp.js';
export { encodePng, type PngOptions } from './encode-png.js';
export { firstChannels } from './first-channels.js';
export { loadSharp } from './load-sharp.js';
export { openInSharp } from './open-in-sharp.js';
export { bitDepthOf, largestSample, type Picture } from './picture.js';
export type { PictureCodec } from './picture-codec.js';
export { type PictureHeader, readPictureHeader } from './picture-header.js';
export type { Chromaticities, Chromaticity, Primaries } from './primaries.js';
export { type LinearPicture, readLinear, toLinear } from './read-linear.js';
export { type ReadOptions, readPicture } from './read-picture.js';
export { reducePicture, repeatPixels } from './resize-picture.js';
export { toRgb } from './to-rgb.js';
export { toSamples } from './to-samples.js';
export { toSrgb, whyNotSrgb } from './to-srgb.js';
export type { Transfer } from './transfer.js';
export { UnusableImage } from './unusable-image.js';
export { withBitDepth } from './with-bit-depth.js';
export { pictureEncoder, writePicture } from './write-picture.js';
