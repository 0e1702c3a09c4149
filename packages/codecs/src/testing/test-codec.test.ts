import { deflateSync, inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { type Codec, type CodecDriver, checkedCodec } from '../codec.js';
import { testCodec } from './test-codec.js';

const MAGIC = 'TEST';

/** Samples in steps, deflated. */
const driver: CodecDriver = {
  name: 'steps',
  format: 'steps',
  settings: { zlib: process.versions.zlib },
  qualities: [1, 50, 100],
  grayscale: true,
  isFile: (bytes) => bytes.toString('latin1', 0, 4) === MAGIC,
  async encode({ data, width, height, channels }, quality) {
    const step = 1 + Math.round((100 - quality) / 3);
    const head = Buffer.from([...Buffer.from(MAGIC), width, height, channels, step]);
    const levels = Uint8Array.from(data, (sample) => Math.round(sample / step));
    const differences = levels.map((level, i) => level - (levels[i - channels] ?? 0));
    return Buffer.concat([head, deflateSync(differences)]);
  },
  async decode(bytes) {
    const [width, height, channels, step] = bytes.subarray(4);
    const levels = new Uint8Array(inflateSync(bytes.subarray(8)));
    for (let i = channels; i < levels.length; i++) levels[i] += levels[i - channels];
    return { data: levels.map((level) => Math.min(255, level * step)), width, height, channels: channels as 1 | 3 };
  },
};

it('a codec that does what it must passes', () => testCodec(checkedCodec(driver)));

it.each<[string, (codec: Codec) => Codec]>([
  ["'says what it is'", (codec) => ({ ...codec, settings: {} })],
  ["'spends more bytes for more quality'", (codec) => ({ ...codec, encode: (image) => codec.encode(image, 90) })],
  [
    "'brings 18x1 pixels back'",
    (codec) => ({
      ...codec,
      decode: async (bytes) => {
        const { width, height, ...rest } = await codec.decode(bytes);
        return { ...rest, width: Math.min(width, height * 16), height };
      },
    }),
  ],
  [
    "'keeps primary colours apart'",
    (codec) => ({
      ...codec,
      decode: async (bytes) => {
        const { data, ...rest } = await codec.decode(bytes);
        return { ...rest, data: rest.width === 32 ? data.map((sample) => sample & 240) : data };
      },
    }),
  ],
  ["'says smaller steps for more quality'", (codec) => ({ ...codec, step: (quality) => 1 + quality })],
  ["'takes grayscale'", (codec) => ({ ...codec, grayscale: false })],
  [
    "'does the same twice'",
    (codec) => {
      let count = 0;
      return {
        ...codec,
        encode: async (image, quality) =>
          Buffer.concat([await codec.encode(image, quality), Buffer.alloc(count++ % 2)]),
      };
    },
  ],
  ["'rejects malformed images and qualities'", (codec) => ({ ...codec, encode: driver.encode })],
  ["'rejects what is not a whole file of its own'", (codec) => ({ ...codec, decode: driver.decode })],
])('names the test that a codec does not pass: %s', async (name, broken) => {
  await expect(testCodec(broken(checkedCodec(driver)))).rejects.toThrow(`testCodec: steps does not pass ${name}: `);
});
