import { crc32 } from 'node:zlib';
import { primariesCode, transferCode } from '../color/color-tags.js';
import { isHdr } from '../color/transfer.js';
import { type Picture, primariesOf, transferOf } from '../picture.js';
import { openInSharp } from './open-in-sharp.js';

/** Options of `encodePng`. */
export interface PngOptions {
  /** 0 (fastest) to 9 (smallest files). Default 6. */
  compressionLevel?: number;
}

/** Where the chunks behind the header begin: behind the signature and IHDR. */
const BEHIND_HEADER = 8 + 25;

/**
 * A picture as a PNG file: of 8 bits a sample, or of 16, to which those of fewer are scaled; grayscale as such. One of high dynamic range (PQ or HLG) says so
 * in a cICP chunk.
 */
export async function encodePng(picture: Picture, options: PngOptions = {}): Promise<Uint8Array> {
  const png = await (await openInSharp(picture)).png(options).toBuffer();
  const transfer = transferOf(picture);
  if (!isHdr(transfer)) return png;
  const described = cicpChunk(primariesCode(primariesOf(picture)), transferCode(transfer));
  return Buffer.concat([png.subarray(0, BEHIND_HEADER), described, png.subarray(BEHIND_HEADER)]);
}

/** Code points of ITU-T H.273 for RGB of full range (PNG, third edition, 11.3.2.6). */
function cicpChunk(primaries: number, transfer: number): Buffer {
  const chunk = Buffer.alloc(16);
  chunk.writeUInt32BE(4, 0);
  chunk.write('cICP', 4, 'latin1');
  chunk.set([primaries, transfer, 0, 1], 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 12)), 12);
  return chunk;
}
