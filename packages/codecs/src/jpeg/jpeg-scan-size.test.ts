import { describe, expect, it } from 'vitest';
import { testPicture } from '../testing/test-picture.js';
import { encodeJpeg } from './encode-jpeg.js';
import { jpegScanSize } from './jpeg-scan-size.js';

describe('jpegScanSize', () => {
  it('counts what stands between the header of the scan, 14 bytes for three components, and the end mark', () => {
    const file = encodeJpeg(testPicture(40, 24), { quality: 50 });
    const header = Buffer.from(file).indexOf(Buffer.from('ffda000c03', 'hex'));
    expect(jpegScanSize(file)).toBe(file.length - 2 - (header + 14));
  });

  it('passes over fill bytes before a marker', () => {
    const file = Buffer.from(encodeJpeg(testPicture(40, 24), { quality: 50 }));
    const filled = Buffer.concat([file.subarray(0, 2), Buffer.of(0xff, 0xff), file.subarray(2)]);
    expect(jpegScanSize(filled)).toBe(jpegScanSize(file));
  });

  it('refuses what is no whole file', () => {
    const file = encodeJpeg(testPicture(8, 8), { quality: 50 });
    expect(() => jpegScanSize(file.subarray(0, -1))).toThrow(
      `jpegScanSize: these ${file.length - 1} bytes are no whole`,
    );
    expect(() => jpegScanSize(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toThrow('jpegScanSize: the file has no scan');
  });
});
