import { EncodeDecodeIntra } from '@sandwich/codec-proxy';
import type { CodecName } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { Sandwich } from '../sandwich.js';
import { layoutText, openCodec } from './open-codec.js';

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
