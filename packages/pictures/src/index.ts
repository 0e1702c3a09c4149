/**
 * Pictures: reading files of any colour space and bit depth.
 *
 * @module @sandwich/pictures
 */

export { loadSharp } from './load-sharp.js';
