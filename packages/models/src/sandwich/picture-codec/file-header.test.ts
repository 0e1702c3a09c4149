import { describe, expect, it } from 'vitest';
import { decodeFileHeader, encodeFileHeader, type FileHeader, pixelChecksum } from './file-header.js';

const header: FileHeader = {
  network: '00ffa1b2c3d4e5f6',
  width: 8688,
  height: 70000,
  bitDepth: 16,
  channels: 3,
  layout: 'stacked',
  pixels: 0x9f86d081,
};
// Python: h = struct.pack('>B8sIIBBBI', 1, ..., 8688, 70000, 16, 3, 1, 0x9f86d081); h + hashlib.sha256(h).digest()[:4]
const written = '0100ffa1b2c3d4e5f6000021f000011170100301' + '9f86d081' + '6a30435e';

// The same with struct.pack('>B8sIIBBBIf', 2, ..., 20.7).
const withStep = '0200ffa1b2c3d4e5f6000021f000011170100301' + '9f86d081' + '41a5999a94ce70a7';

// With struct.pack('>B8sIIBBBIB', 3, ..., 96) and struct.pack('>B8sIIBBBIfBB', 8, ..., 20.7, 96, 9).
const withExponent = '0300ffa1b2c3d4e5f6000021f000011170100301' + '9f86d081' + '60d687a1fa';
const withAll = '0800ffa1b2c3d4e5f6000021f000011170100301' + '9f86d081' + '41a5999a6009' + '7347f706';

describe('file headers', () => {
  it('are the bytes that the documentation tells', () => {
    expect(Buffer.from(encodeFileHeader(header)).toString('hex')).toBe(written);
    expect(decodeFileHeader(Buffer.from(written, 'hex'))).toEqual(header);
    const told = { ...header, step: Math.fround(20.7) };
    expect(Buffer.from(encodeFileHeader(told)).toString('hex')).toBe(withStep);
    expect(decodeFileHeader(Buffer.from(withStep, 'hex'))).toEqual(told);
    for (const [fields, text] of [
      [{ exponent: 96 }, withExponent],
      [{ step: Math.fround(20.7), exponent: 96, primaries: 9 }, withAll],
    ] as const) {
      expect(Buffer.from(encodeFileHeader({ ...header, ...fields })).toString('hex')).toBe(text);
      expect(decodeFileHeader(Buffer.from(text, 'hex'))).toEqual({ ...header, ...fields });
    }
  });

  it.each([written, withStep, withExponent, withAll])(
    'are refused with any bit changed, and in any other length',
    (text) => {
      const bytes = Buffer.from(text, 'hex');
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const changed = Uint8Array.from(bytes);
        changed[bit >> 3] ^= 1 << (bit & 7);
        expect(() => decodeFileHeader(changed)).toThrow(
          changed[0] < 1 || changed[0] > 8 ? `have version ${changed[0]}, expected 1 to 8` : 'their checksum is wrong',
        );
      }
      for (let length = 0; length < bytes.length; length++)
        expect(() => decodeFileHeader(bytes.subarray(0, length))).toThrow('damaged');
      expect(() => decodeFileHeader(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow('damaged');
    },
  );

  it('hold the beginning of a SHA-256 of the pixels', () => {
    // sha256sum of 'test': 9f86d081884c7d65...
    expect(pixelChecksum(new TextEncoder().encode('test'))).toBe(0x9f86d081);
  });
});
