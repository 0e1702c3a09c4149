import type { Picture } from '../picture.js';
import { openInSharp } from './open-in-sharp.js';

/**
 * A picture of 8 bits as a lossless WebP file, which stores grayscale as RGB.
 *
 * @param effort 0 (fastest) to 6 (smallest files)
 */
export const encodeLosslessWebp = async (picture: Picture<Uint8Array>, effort = 4): Promise<Uint8Array> =>
  (await openInSharp(picture)).webp({ lossless: true, effort }).toBuffer();
