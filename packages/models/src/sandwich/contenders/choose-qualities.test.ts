import { type Codec, codecs, lumaBt601 } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../../../../pictures/testing/pattern-image.js';
import { Sandwich } from '../sandwich.js';
import { chooseQualities } from './choose-qualities.js';

beforeAll(() => startEngine());

const gray = () => new Sandwich({ bottleneckChannels: 1, pre: null, post: null });

/** A codec whose files have 2^(quality / 10) bytes for each 16 pixels of an image. */
const exponential: Codec = {
  name: 'exponential',
  settings: {},
  qualities: [],
  grayscale: true,
  encode: async ({ width, height }, quality) => new Uint8Array(Math.round((width * height * 2 ** (quality / 10)) / 16)),
  decode: async () => ({ data: new Uint8Array(64 * 64), width: 64, height: 64, channels: 1 }),
};

describe('chooseQualities', () => {
  it('inverts the rate', async () => {
    const model = gray();
    const before = tf.memory().numTensors;
    // Bits a pixel: 2^(quality / 10) / 2, so 1 bit at 10 and 16 bits at 50; with a margin of 1.2 at 7.4 and 52.6.
    const qualities = await chooseQualities([{ model, codec: exponential }], [patternImage(64, 64)], [1, 16], 6);
    expect(qualities).toEqual([7, 16, 25, 35, 44, 53]);
    const beyond = await chooseQualities([{ model, codec: exponential }], [patternImage(64, 64)], [1e-6, 1e6], 3);
    expect(beyond).toEqual([1, 50, 99]);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it('brackets the rates of every system with real files', async () => {
    const model = gray();
    const half = new Sandwich({ bottleneckChannels: 1, downsampleFactor: 2, pre: null, post: null });
    const codec = await codecs.webp();
    const images = [patternImage(128, 96), patternImage(96, 128)];
    const qualities = await chooseQualities(
      [model, half].map((each) => ({ model: each, codec })),
      images,
      [0.6, 1.5],
    );
    expect(qualities.length).toBeGreaterThan(4);
    expect(qualities).toEqual([...new Set(qualities)].sort((a, b) => a - b));
    const rate = async (image: Picture<Uint8Array>, quality: number) =>
      (8 * (await codec.encode(lumaBt601(image), quality)).length) / (image.width * image.height);
    const mean = async (quality: number) => ((await rate(images[0], quality)) + (await rate(images[1], quality))) / 2;
    expect(await mean(qualities[0])).toBeLessThan(0.6);
    expect(await mean(qualities.at(-1)!)).toBeGreaterThan(1.5);
    for (const each of [model, half]) each.dispose();
  });

  it('needs images', async () => {
    const model = gray();
    await expect(chooseQualities([{ model, codec: exponential }], [], [1, 16])).rejects.toThrow('there are none');
    model.dispose();
  });

  it('copes with an image without detail', async () => {
    const model = gray();
    const flat = { data: new Uint8Array(3), width: 1, height: 1, channels: 3 as const };
    const qualities = await chooseQualities([{ model, codec: await codecs.webp() }], [flat], [0.3, 1.2]);
    for (const quality of qualities) expect(quality).toBeGreaterThanOrEqual(1);
    model.dispose();
  });
});
