import type { Picture } from '../picture.js';
import { openInSharp } from './open-in-sharp.js';

/** Options of `encodePng`. */
export interface PngOptions {
  /** 0 (fastest) to 9 (smallest files). Default 6. */
  compressionLevel?: number;
}

/** A picture as a PNG file: of 8 bits a sample, or of 16, to which those of fewer are scaled; grayscale as such. */
export const encodePng = async (picture: Picture, options: PngOptions = {}): Promise<Uint8Array> =>
  (await openInSharp(picture)).png(options).toBuffer();
