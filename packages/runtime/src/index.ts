/**
 * What an application installs to use trained systems: load, encode, decode.
 *
 * @module @sandwich/runtime
 */

export { type CodecOptions, loadCodec } from './load-codec.js';
export { type LoadSandwichOptions, loadSandwich } from './load-sandwich.js';
export { readRgbPicture } from './read-rgb-picture.js';
