import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readL3i, writeL3i } from './l3i-file.js';

interface Golden {
  width: number;
  height: number;
  channels: number[][];
  file: string;
}
const golden: Golden[] = JSON.parse(readFileSync(new URL('./fixtures/l3i.json', import.meta.url), 'utf8'));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const channelsOf = (channels: number[][]) => channels.map((channel) => Uint8Array.from(channel));

/** Symbols that compress, of a picture of so many pixels. */
const planes = (width: number, height: number, count = 2) => ({
  width,
  height,
  channels: Array.from({ length: count }, (_, c) =>
    Uint8Array.from({ length: Math.ceil(width / 8) * Math.ceil(height / 8) }, (_, i) => ((i * i + c) % 5) + 13),
  ),
});

describe('.l3i files', () => {
  it.each(golden)('are those of the original encoder, $width x $height', ({ width, height, channels, file }) => {
    const picture = { width, height, channels: channelsOf(channels) };
    expect(hex(writeL3i(picture))).toBe(file);
    expect(readL3i(Buffer.from(file, 'hex'))).toEqual(picture);
  });

  it('are read channel by channel, whatever the others are', () => {
    const [, { width, height, channels, file }] = golden;
    const bytes = Uint8Array.from(Buffer.from(file, 'hex'));
    bytes.fill(0, bytes.length - 20);
    expect(() => readL3i(bytes)).toThrow('readL3i: channel 15: fseDecompress');
    expect(readL3i(bytes, { channels: [3, 1] })).toEqual({
      width,
      height,
      channels: channelsOf([channels[3], channels[1]]),
    });
    expect(() => readL3i(bytes, { channels: [16] })).toThrow('readL3i: channels are 0 to 15, got 16');
  });

  it('are not written of symbols at a rate, which they do not hold', () => {
    expect(() => writeL3i({ ...planes(16, 16, 2), rate: 0.5 })).toThrow('.l3i files hold no rate, got 0.5');
  });

  it('hold the largest picture', () => {
    const picture = planes(2040, 2040, 2);
    const { channels, ...size } = readL3i(writeL3i(picture));
    expect(size).toEqual({ width: 2040, height: 2040 });
    expect(channels.map((channel, i) => Buffer.compare(channel, picture.channels[i]))).toEqual([0, 0]);
  });

  it('with lengths that one byte repeats are written with the table as it is', () => {
    // 771 = 0x0303 symbols, stored as they are.
    const channels = [0, 1].map((shift) => Uint8Array.from({ length: 771 }, (_, i) => (i * 167 + shift) % 256));
    const picture = { width: 257 * 8, height: 24, channels };
    expect(() => writeL3i(picture)).toThrow('at most 2040 pixels, got 2056 x 24');
    const narrow = { width: 24, height: 24, channels: channels.map((channel) => channel.slice(0, 9)) };
    expect(hex(writeL3i(narrow).subarray(0, 9))).toBe('030302040009000900');
    expect(readL3i(writeL3i(narrow))).toEqual(narrow);
  });

  it.each([
    [planes(12, 16), 'sides of .l3i pictures are multiples of 8 pixels, got 12 x 16'],
    [planes(16, 2048), 'sides of .l3i pictures are at most 2040 pixels, got 16 x 2048'],
    [planes(16, 16, 256), 'at most 255 channels, got 256'],
    [planes(8, 8), 'a layer of one symbol, of a picture of 8 x 8 pixels, has no form in .l3i files'],
    [{ width: 24, height: 8, channels: [Uint8Array.of(1, 2, 3)] }, 'channel 0 is stored as it is in 3 bytes'],
    [
      { width: 16, height: 16, channels: [new Uint8Array(5)] },
      'channel 0 must have 2 x 2 symbols for 16 x 16 pixels, it has 5',
    ],
    [{ width: 16, height: 16, channels: [] }, 'there are no channels'],
    [{ width: 0, height: 16, channels: [] }, 'width must be a positive integer, got 0'],
  ])('do not hold everything: %#', (picture, reason) => {
    expect(() => writeL3i(picture)).toThrow(RangeError);
    expect(() => writeL3i(picture)).toThrow(reason);
  });

  const file = Buffer.from(golden[0].file, 'hex');
  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'a file of 0 bytes has no header'],
    ['no rows', Buffer.from([0, 1, 1, 0, 0]), 'it has 1 x 0 symbols and 1 channels'],
    ['no table', file.subarray(0, 7), 'it ends within its table of lengths'],
    ['half a channel', file.subarray(0, -1), 'it ends within channel 3 of 4'],
    ['more', Buffer.concat([file, Buffer.alloc(2)]), '2 bytes follow the last channel'],
    [
      'another size',
      Buffer.concat([Buffer.from([7]), file.subarray(1)]),
      'channel 0 repeats a symbol 60 times, and has 70 places',
    ],
  ])('that are damaged are refused: %s', (_, bytes, reason) => {
    expect(() => readL3i(bytes)).toThrow(reason);
  });
});
