import { describe, expect, it } from 'vitest';
import { testPicture } from '../testing/test-picture.js';
import { effectiveJpegSize } from './effective-jpeg-size.js';
import { encodeJpeg } from './encode-jpeg.js';
import { scaledTables } from './quantization-tables.js';

describe('effectiveJpegSize', () => {
  it('is what the original counts: from the first DHT marker to the end mark', async () => {
    const file = await encodeJpeg(testPicture(40, 24), { tables: scaledTables(50), subsampling: '4:4:4' });
    const bytes = Buffer.from(file);
    expect(effectiveJpegSize(file)).toBe(
      bytes.lastIndexOf(Buffer.from('ffd9', 'hex')) - bytes.indexOf(Buffer.from('ffc4', 'hex')),
    );
    // SOI and JFIF, two quantisation tables, the frame; the end mark.
    expect(file.length - effectiveJpegSize(file)).toBe(20 + 2 * 69 + 19 + 2);
  });

  it('refuses what is no whole file', async () => {
    const file = await encodeJpeg(testPicture(8, 8), { tables: scaledTables(50) });
    expect(() => effectiveJpegSize(file.subarray(0, -1))).toThrow('are no whole JPEG file');
    expect(() => effectiveJpegSize(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toThrow('no Huffman tables');
  });
});
