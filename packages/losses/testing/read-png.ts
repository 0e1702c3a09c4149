import { readFile } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import { tf } from '@sandwich/engine';

const paeth = (a: number, b: number, c: number): number => {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
};

/** Reads a PNG file of 8-bit RGB, not interlaced, as [1,H,W,3]. */
export async function readPng(path: string): Promise<tf.Tensor4D> {
  const bytes = await readFile(path);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (bytes[24] !== 8 || bytes[25] !== 2 || bytes[28] !== 0) throw new Error(`${path} is not plain 8-bit RGB`);
  const data: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  const rows = inflateSync(Buffer.concat(data));
  const stride = 3 * width;
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= 3 ? pixels[at - 3] : 0;
      const up = y > 0 ? pixels[at - stride] : 0;
      const upLeft = x >= 3 && y > 0 ? pixels[at - stride - 3] : 0;
      const guess = [0, left, up, Math.floor((left + up) / 2), paeth(left, up, upLeft)][filter];
      pixels[at] = rows[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return tf.tensor4d(new Float32Array(pixels), [1, height, width, 3]);
}
