import { type Codec, codecs, encodeJpeg, flatTables, lumaBt601 } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { pattern } from '../../testing/tensors.js';
import { codeBottleneck } from './code-bottleneck.js';
import { decodeBottleneck } from './decode-bottleneck.js';

beforeAll(async () => {
  await startEngine();
});

const size = { width: 13, height: 10, channels: 5 };
const pixels = () => ({ data: pattern(10, 13, 5).dataSync<'float32'>(), ...size });
const bytes = (values: Iterable<number>) => new Uint8Array(Uint8ClampedArray.from(values).buffer);

/** Channels of the pattern as an image. */
function imageOf(start: number, channels: 1 | 3): Picture<Uint8Array> {
  const data = bytes([...pixels().data].filter((_, i) => i % 5 >= start && i % 5 < start + channels));
  return { data, width: 13, height: 10, channels };
}

describe('codeBottleneck', () => {
  it.each(['webp', 'avif'] as const)(
    '%s: colour, and gray that is stored as colour and comes back as luma',
    async (name) => {
      const codec = await codecs[name]();
      const { decoded, bits } = await codeBottleneck(pixels(), { codec, quality: 60 }, { convertToYuv: true });
      const parts = [imageOf(0, 3), imageOf(3, 1), imageOf(4, 1)];
      const files = await Promise.all(parts.map((part) => codec.encode(part, 60)));
      expect(bits).toBe(8 * files.reduce((sum, file) => sum + file.length, 0));
      const [rgb, fourth, fifth] = await Promise.all(files.map((file) => codec.decode(file)));
      const channel = (c: number) => bytes([...decoded.data].filter((_, i) => i % 5 === c));
      for (const c of [0, 1, 2]) expect(channel(c)).toEqual(rgb.data.filter((_, i) => i % 3 === c));
      for (const [c, image] of [fourth, fifth].entries()) {
        expect(image.channels).toBe(3);
        expect(channel(3 + c)).toEqual(lumaBt601(image).data);
      }
    },
  );

  it('is what encodeBottleneck and decodeBottleneck do, with JPEG of their options', async () => {
    for (const layout of [{ downsampleChroma: true }, { convertToYuv: true, downsampleChroma: true }]) {
      const files: Uint8Array[] = [];
      const codec: Pick<Codec, 'encode' | 'decode'> = {
        ...(await codecs.jpeg()),
        async encode(image) {
          const file = encodeJpeg(image, { tables: flatTables(9), subsampling: '4:2:0', optimizeHuffman: true });
          files.push(file);
          return file;
        },
      };
      const { decoded, bits } = await codeBottleneck(pixels(), { codec, quality: 1 }, layout);
      expect(bits).toBe(8 * files.reduce((sum, file) => sum + file.length, 0));
      expect(decoded).toEqual(await decodeBottleneck(files, { ...size, ...layout }));
    }
  });

  it('refuses what comes back with another size, and passes errors of the codec on', async () => {
    const small: Picture<Uint8Array> = { data: new Uint8Array(4), width: 2, height: 2, channels: 1 };
    const codec = { encode: async () => new Uint8Array(3), decode: async () => small };
    await expect(codeBottleneck(pixels(), { codec, quality: 1 })).rejects.toThrow(
      'file 0 must be 13 x 10 x 1 (width, height, channels), got 2 x 2 x 1',
    );
    await expect(codeBottleneck(pixels(), { codec: await codecs.webp(), quality: 101 })).rejects.toThrow('webp.encode');
  });
});
