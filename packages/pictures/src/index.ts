/**
 * Pictures: reading files of any colour space and bit depth.
 *
 * @module @sandwich/pictures
 */

export { loadSharp } from './load-sharp.js';
export type { Picture } from './picture.js';
export { type PictureHeader, readPictureHeader } from './picture-header.js';
export type { Chromaticities, Chromaticity, Primaries } from './primaries.js';
export { type LinearPicture, readLinear, toLinear } from './read-linear.js';
export { type ReadOptions, readPicture } from './read-picture.js';
export { toSrgb, whyNotSrgb } from './to-srgb.js';
export type { Transfer } from './transfer.js';
export { UnusableImage } from './unusable-image.js';
