import type { Sharp } from 'sharp';
import { loadSharp } from '../load-sharp.js';
import { bitDepthOf, type Picture } from '../picture.js';
import { withBitDepth } from '../samples/with-bit-depth.js';

const SPACES = { 1: ['b-w', 'grey16'], 3: ['srgb', 'rgb16'] };

/** Opens a picture in sharp, for an encoder of its. Grayscale stays such; samples of 9 to 15 bits become those of 16. */
export async function openInSharp(picture: Picture): Promise<Sharp> {
  const sharp = await loadSharp();
  const isDeep = bitDepthOf(picture) > 8;
  const { data, width, height, channels } = isDeep ? withBitDepth(picture, 16) : picture;
  return sharp(data, { raw: { width, height, channels } }).toColourspace(SPACES[channels][isDeep ? 1 : 0]);
}
