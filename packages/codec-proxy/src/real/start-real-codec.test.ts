import { codecs } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RealCodec, startRealCodec } from './start-real-codec.js';

const fake = new URL('../../testing/fake-codec.mjs', import.meta.url);
const image = (shift: number): Picture<Uint8Array> => ({
  data: Uint8Array.from({ length: 40 * 24 * 3 }, (_, i) => (i * 7 + shift + ((i * i) >> 8)) % 256),
  width: 40,
  height: 24,
  channels: 3,
});

describe('startRealCodec', () => {
  it('codes what the codec does, image by image, while the caller waits', async () => {
    const direct = await codecs.webp({ effort: 2 });
    const codec = await startRealCodec('webp', { codecOptions: { effort: 2 } });
    const coded = codec.code([image(0), image(90)], 37);
    await codec.close();
    for (const [i, shift] of [0, 90].entries()) {
      const file = await direct.encode(image(shift), 37);
      expect(coded[i].size).toBe(file.length);
      expect(Array.from(coded[i].image.data)).toEqual(Array.from((await direct.decode(file)).data));
    }
    expect(() => codec.code([image(0)], 37)).toThrow('webp: the codec has been closed');
  });

  describe('with a codec of the user', () => {
    let codec: RealCodec;
    beforeAll(async () => {
      codec = await startRealCodec(fake, { timeLimit: 0.5 });
    });
    afterAll(() => codec.close());
    const inverted = () => codec.code([image(5)], 50)[0].image.data[7];

    it('passes images on', () => {
      expect(inverted()).toBe(255 - image(5).data[7]);
      expect(codec.code([image(5)], 50)[0].size).toBe(100);
    });

    it('passes the text of its errors on, and goes on', () => {
      expect(() => codec.code([image(5)], 2)).toThrow('fake.encode: out of ink');
      expect(inverted()).toBe(255 - image(5).data[7]);
    });

    it.each([1, 3])('reports one that hangs, and starts it anew', (quality) => {
      expect(() => codec.code([image(5)], quality)).toThrow(
        `fake-codec.mjs: no answer within 0.5 s of coding 1 images at quality ${quality}; the codec is started anew`,
      );
      expect(inverted()).toBe(255 - image(5).data[7]);
    });
  });

  it('rejects with the text of a codec that cannot be made', async () => {
    await expect(startRealCodec(fake, { codecOptions: { fail: true } })).rejects.toThrow('fake: install fake-tools');
    await expect(startRealCodec('webp2' as 'webp')).rejects.toThrow(
      'startRealCodec: the codec must be jpeg, webp, avif, heic, jxl or a URL, got webp2',
    );
    await expect(startRealCodec(fake, { timeLimit: 0 })).rejects.toThrow(
      'startRealCodec: timeLimit must be a positive number of seconds, got 0',
    );
  });
});
