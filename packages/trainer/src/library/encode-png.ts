import { loadSharp } from '@sandwich/codecs';
import type { Picture } from '../raw-images.js';

/** A picture as a PNG file: of 8 bits a sample, or of 16, to which those of fewer are scaled. */
export async function encodePng(picture: Picture, bitDepth: number): Promise<Uint8Array> {
  const { data, width, height, channels } = picture;
  const sharp = await loadSharp();
  const scale = 65535 / (2 ** bitDepth - 1);
  const samples = bitDepth === 8 || bitDepth === 16 ? data : data.map((sample) => Math.round(sample * scale));
  const spaces = bitDepth === 8 ? { 1: 'b-w', 3: 'srgb' } : { 1: 'grey16', 3: 'rgb16' };
  return sharp(samples, { raw: { width, height, channels } }).toColourspace(spaces[channels]).png().toBuffer();
}
