import { loadSharp } from '@sandwich/pictures';
import { describe, expect, it } from 'vitest';
import { testPicture } from '../testing/test-picture.js';
import { encodeJpeg } from './encode-jpeg.js';
import { scaledTables } from './quantization-tables.js';
import { readJpegTables } from './read-jpeg-tables.js';

describe('readJpegTables', () => {
  it('reads those that libjpeg-turbo has written', async () => {
    const image = testPicture(24, 17);
    const sharp = await loadSharp();
    const file = await sharp(image.data, { raw: image }).jpeg({ quality: 33 }).toBuffer();
    const { luma, chroma } = scaledTables(33);
    expect(readJpegTables(file)).toEqual([Array.from(luma), Array.from(chroma)]);
  });

  it('reads those of encodeJpeg, up to three', () => {
    const ramp = (start: number) => Array.from({ length: 64 }, (_, i) => start + i);
    const tables = { luma: ramp(1), chroma: ramp(60), cr: ramp(191) };
    expect(readJpegTables(encodeJpeg(testPicture(8, 8), { tables }))).toEqual(Object.values(tables));
    expect(readJpegTables(encodeJpeg({ ...testPicture(8, 8), channels: 1, data: new Uint8Array(64) }))).toEqual([
      Array.from(scaledTables(75).luma),
    ]);
  });

  it('reads several in one segment, and entries of two bytes', () => {
    // DQT of 2 + 65 + 129 bytes: slot 1 in bytes, all 7, then slot 0 in two bytes, 300 and otherwise 1.
    const wide = Array.from({ length: 64 }, (_, i) => (i === 1 ? [1, 44] : [0, 1])).flat();
    const segment = [0xff, 0xdb, 0, 196, 1, ...new Array(64).fill(7), 0x10, ...wide];
    const [first, second] = readJpegTables(Uint8Array.from([0xff, 0xd8, ...segment, 0xff, 0xda, 0, 2]));
    expect(first).toEqual([1, 300, ...new Array(62).fill(1)]);
    expect(second).toEqual(new Array(64).fill(7));
  });

  it('leaves out a table that its segment cuts off', () => {
    const segment = [0xff, 0xdb, 0, 70, 0, ...new Array(64).fill(7), 1, 9, 9];
    const scan = [0xff, 0xda, 0, 80, ...new Array(78).fill(1)];
    expect(readJpegTables(Uint8Array.from([0xff, 0xd8, ...segment, ...scan]))).toEqual([new Array(64).fill(7)]);
  });

  it('finds none where there are none', () => {
    expect(readJpegTables(Uint8Array.of(1, 2, 3))).toEqual([]);
    expect(readJpegTables(Uint8Array.of(0xff, 0xd8, 0xff, 0xdb, 0, 67, 0, 1, 2))).toEqual([]);
  });
});
