import { encodeJpeg, flatTables, scaledTables } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { proxyCases } from '../../testing/proxy-cases.js';
import { pattern } from '../../testing/tensors.js';
import { bottleneckBits, channelGroups, encodeBottleneck } from './bottleneck-files.js';

beforeAll(async () => {
  await startEngine();
});

const pixelsOf = (height: number, width: number, channels: number): Picture<Uint8Array | Float32Array, number> => ({
  data: pattern(height, width, channels).dataSync<'float32'>(),
  width,
  height,
  channels,
});
const bitsOf = (files: Uint8Array[]): number => 8 * files.reduce((sum, file) => sum + file.length, 0);
/** Width, height and components of the frame header (SOF0). */
function frame(file: Uint8Array): [number, number, number] {
  const at = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xc0);
  return [256 * file[at + 7] + file[at + 8], 256 * file[at + 5] + file[at + 6], file[at + 9]];
}

describe('channelGroups', () => {
  it('takes three channels at a time', () => {
    expect(channelGroups(1)).toEqual([{ start: 0, count: 1 }]);
    expect(channelGroups(3)).toEqual([{ start: 0, count: 3 }]);
    expect(channelGroups(8)).toEqual([
      { start: 0, count: 3 },
      { start: 3, count: 3 },
      { start: 6, count: 2 },
    ]);
  });
});

describe('encodeBottleneck', () => {
  it.each(proxyCases)(
    '$size, step $qstep, YUV $convertToYuv, 4:2:0 $downsampleChroma: as many bits as Pillow',
    (expected) => {
      const options = { ...expected, separateChromaTables: true };
      expect(bitsOf(encodeBottleneck(pixelsOf(...expected.size), options))).toBe(expected.fileBits);
    },
  );

  // A segment of one table is 69 bytes long: marker, length, slot and 64 steps.
  it.each([
    [3, true, 69],
    [7, true, 138],
    [3, false, 0],
    [1, true, 0],
  ])('saves a table a colour file unless asked for it: %i channels, YUV %s', (channels, convertToYuv, saved) => {
    const pixels = pixelsOf(16, 16, channels);
    const [two, three] = [false, true].map((separateChromaTables) =>
      encodeBottleneck(pixels, { qstep: 9, convertToYuv, separateChromaTables }),
    );
    expect((bitsOf(three) - bitsOf(two)) / 8).toBe(saved);
  });

  it('writes what the options and the number of channels ask for', () => {
    const frames = (channels: number, options: { convertToYuv?: boolean; downsampleChroma?: boolean }) =>
      encodeBottleneck(pixelsOf(10, 13, channels), { qstep: 9, ...options }).map(frame);
    const full = [13, 10, 1];
    const half = [7, 5, 1];
    expect(frames(1, { convertToYuv: true, downsampleChroma: true })).toEqual([full]);
    expect(frames(3, {})).toEqual([full, full, full]);
    expect(frames(3, { downsampleChroma: true })).toEqual([full, half, half]);
    expect(frames(5, { convertToYuv: true })).toEqual([[13, 10, 3], full, full]);
    expect(frames(5, { convertToYuv: true, downsampleChroma: true })).toEqual([[13, 10, 3], full, half]);
  });

  it('chooses levels by their rate and distortion when a bit has a price', () => {
    const pixels = pixelsOf(24, 40, 1);
    const image = { ...pixels, data: Uint8Array.from(pixels.data), channels: 1 as const };
    const [file] = encodeBottleneck(pixels, { qstep: 20, trellis: 46 });
    const options = { tables: flatTables(20), optimizeHuffman: true };
    expect(file).toEqual(encodeJpeg(image, { ...options, trellis: 46 }));
    expect(file.length).toBeLessThan(encodeJpeg(image, options).length);
  });

  it('scales, rounds halves to even and clips to 8 bits', () => {
    const data = Float32Array.of(-5, 2, 6, 1020, 5000, 10);
    const [file] = encodeBottleneck({ data, width: 3, height: 2, channels: 1 }, { qstep: 1, imageMax: 1020 });
    const rounded = { data: Uint8Array.of(0, 0, 2, 255, 255, 2), width: 3, height: 2, channels: 1 as const };
    expect(file).toEqual(encodeJpeg(rounded, { tables: flatTables(1), optimizeHuffman: true }));
  });

  it('counts the bits of exactly these files', () => {
    for (const convertToYuv of [false, true]) {
      for (const downsampleChroma of [false, true]) {
        const options = { qstep: 11.5, convertToYuv, downsampleChroma, separateChromaTables: downsampleChroma };
        const pixels = pixelsOf(19, 33, 5);
        const counted = channelGroups(5).map((group) => bottleneckBits(pixels, group, options));
        expect(counted.reduce((a, b) => a + b)).toBe(bitsOf(encodeBottleneck(pixels, options)));
      }
    }
  });

  it('writes given tables', () => {
    const image = { data: Uint8Array.from(pixelsOf(9, 8, 3).data), width: 8, height: 9, channels: 3 as const };
    const tables = scaledTables(40);
    const files = encodeBottleneck(image, { tables, convertToYuv: true, downsampleChroma: true });
    const { luma, chroma } = tables;
    expect(files).toEqual([encodeJpeg(image, { tables: { luma, chroma }, optimizeHuffman: true })]);
  });

  it('refuses wrong sizes, steps and ranges', () => {
    const pixels = pixelsOf(4, 4, 1);
    expect(() => encodeBottleneck({ ...pixels, height: 5 }, { qstep: 4 })).toThrow(
      /encodeBottleneck: data must hold 4 x 5 x 1 samples, .* got 16/,
    );
    expect(() => encodeBottleneck({ ...pixels, data: new Uint8Array(0), channels: 0 }, { qstep: 4 })).toThrow(
      /4 x 4 x 0/,
    );
    for (const qstep of [0, -1, Number.NaN, Infinity]) {
      expect(() => encodeBottleneck(pixels, { qstep })).toThrow(
        `encodeBottleneck: qstep must be positive and finite, got ${qstep}`,
      );
    }
    expect(() => encodeBottleneck(pixels, {})).toThrow(/give either qstep or tables, got none/);
    expect(() => encodeBottleneck(pixels, { qstep: 3, tables: scaledTables(9) })).toThrow(/or tables, got both/);
    expect(() => encodeBottleneck(pixels, { qstep: 2, imageMax: 0 })).toThrow(
      /imageMax must be positive and finite, got 0/,
    );
  });
});
