import { EncodeDecodeIntra } from '@sandwich/codec-proxy';
import { type CodecName, codecs } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { jpegSystems, layoutText, openCodec, otherSystems } from './codec-systems.js';

beforeAll(() => startEngine());

/** A codec without networks around which nothing is computed. */
const plain = (bottleneckChannels: number, convertToYuv = false, downsampleChroma = false) =>
  new Sandwich({
    bottleneckChannels,
    inputChannels: bottleneckChannels,
    outputChannels: bottleneckChannels,
    pre: null,
    post: null,
    proxy: new EncodeDecodeIntra({ convertToYuv, downsampleChroma }),
  });

/** A codec's settings without its programs, which may not be installed. */
const fake = (name: CodecName, subsampling: string | undefined, grayscale: boolean) => ({
  name,
  settings: { ...(subsampling && { subsampling }) },
  qualities: [],
  grayscale,
  encode: async () => new Uint8Array(),
  decode: async () => ({ data: new Uint8Array(1), width: 1, height: 1, channels: 1 as const }),
});

describe('openCodec', () => {
  it.each([
    [3, true, false, '4:4:4'],
    [3, true, true, '4:2:0'],
    [1, true, false, '4:2:0'],
    [3, false, false, '4:2:0'],
  ])('%i channels, YUV %s, halved chroma %s: %s', async (channels, yuv, halved, expected) => {
    const model = plain(channels, yuv, halved);
    for (const name of ['avif', 'jpeg'] as const) {
      expect((await openCodec(name, model)).settings.subsampling).toBe(expected);
    }
    expect((await openCodec('webp', model)).settings.subsampling).toBe('4:2:0');
    model.dispose();
  });
});

describe('layoutText', () => {
  it.each([
    [1, false, false, fake('jxl', undefined, true), 'grayscale'],
    [1, true, false, fake('webp', '4:2:0', false), 'grayscale, stored as colour'],
    [3, false, false, fake('heic', '4:2:0', true), '3 grayscale files'],
    [3, false, true, fake('heic', '4:2:0', true), '3 grayscale files, second and third of three at half size'],
    [3, true, true, fake('webp', '4:2:0', false), 'YUV 4:2:0'],
    [3, true, false, fake('webp', '4:2:0', false), 'YUV 4:2:0 (the networks were trained for 4:4:4)'],
    [3, true, true, fake('jxl', undefined, true), 'XYB 4:4:4 (the networks were trained for 4:2:0)'],
    [4, true, false, fake('avif', '4:4:4', false), 'YUV 4:4:4, 4 channels in groups of three'],
  ])('%i channels, YUV %s, halved chroma %s', (channels, yuv, halved, codec, expected) => {
    const model = plain(channels, yuv, halved);
    expect(layoutText(codec, model)).toBe(expected);
    model.dispose();
  });
});

describe('systems', () => {
  it('of JPEG keep flat steps around the trained one, and both families of tables', async () => {
    const model = plain(1);
    const models = { model, plain: model, description: 'x after 3 steps', bitDepth: 8 };
    const codec = await codecs.jpeg({ subsampling: '4:2:0' });
    const { sandwich, plain: alone, ...around } = jpegSystems(models, codec, { trained: 10 });
    expect(sandwich.settings.map(({ label }) => label)).toEqual([5, 7, 10, 14, 20, 28, 40, 56].map((q) => `flat ${q}`));
    expect(alone.map(({ name }) => name)).toEqual(['JPEG, flat tables', 'JPEG, Annex K tables']);
    expect(around.codec).toBe('baseline JPEG, grayscale, optimised Huffman tables, decoded by libjpeg-turbo');
    expect(around.codecSettings).toMatchObject({ encoder: 'encodeJpeg, baseline', optimizeHuffman: true });
    expect(around.codecSettings).not.toHaveProperty('tables');
    const deep = jpegSystems({ ...models, bitDepth: 16 }, codec, { trained: 1, asked: [0.1, 3], qualities: [7] });
    expect(deep.sandwich.settings.map(({ label }) => label)).toEqual(['flat 1', 'flat 3']);
    expect(deep.plain[0].settings.slice(0, 3).map(({ label }) => label)).toEqual(['flat 1', 'flat 2', 'flat 3']);
    expect(deep.plain[1].settings.map(({ label }) => label)).toEqual(['quality 7']);
    model.dispose();
  });

  it('of another codec have the same settings with and without networks', async () => {
    const model = plain(1);
    const codec = await codecs.webp();
    const models = { model, plain: model, description: 'x after 3 steps', bitDepth: 8 };
    const { sandwich, plain: alone, ...around } = otherSystems(models, codec, [20, 60]);
    expect(around).toEqual({
      codecName: 'webp',
      codec: 'WebP, grayscale, stored as colour',
      codecSettings: codec.settings,
    });
    expect(sandwich).toMatchObject({ name: 'sandwich', description: 'x after 3 steps, WebP' });
    expect(alone).toMatchObject([{ name: 'WebP' }]);
    expect(alone[0].settings).toEqual(sandwich.settings);
    expect(sandwich.settings.map(({ label }) => label)).toEqual(['quality 20', 'quality 60']);
    model.dispose();
  });
});
