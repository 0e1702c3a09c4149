import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fpicLatentSize, isFpic, readFpic, writeFpic } from './fpic-file.js';

const picture = {
  width: 33,
  height: 16,
  network: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  channels: 192,
  string: Uint8Array.of(9, 10, 11, 12, 13),
};

/** The file with other bytes at a place, and a checksum that fits. */
function changed(file: Uint8Array, at: number, bytes: number[]): Uint8Array {
  const copy = Buffer.from(file);
  copy.set(bytes, at);
  copy.writeUInt32LE(crc32(copy.subarray(0, -4)), copy.length - 4);
  return copy;
}

describe('.fpic files', () => {
  it('hold what the documentation says, byte by byte', () => {
    const file = writeFpic(picture);
    const body = '46504943 01 00 21000000 10000000 0102030405060708 c000 05000000 090a0b0c0d'.replaceAll(' ', '');
    const bytes = Buffer.from(body, 'hex');
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(crc32(bytes));
    expect(Buffer.from(file).toString('hex')).toBe(body + checksum.toString('hex'));
    expect(isFpic(file)).toBe(true);
    expect(readFpic(file)).toEqual(picture);
    expect(fpicLatentSize(picture)).toEqual({ columns: 3, rows: 1 });
  });

  it('are refused when they are damaged, whatever byte it is, or cut off', () => {
    const file = writeFpic(picture);
    for (let i = 0; i < file.length; i++) {
      const damaged = Uint8Array.from(file);
      damaged[i] ^= 16;
      expect(() => readFpic(damaged)).toThrow(/^readFpic: /);
      expect(() => readFpic(file.subarray(0, i))).toThrow(/^readFpic: /);
    }
  });

  it.each([
    [4, [2], 'it is of version 2, and only version 1 is known'],
    [5, [1], 'it has unknown flags, 1'],
    [6, [0, 0, 0, 0], 'it has 0 x 16 pixels and 192 channels'],
    [22, [0, 0], 'it has 33 x 16 pixels and 0 channels'],
    [6, [255, 255, 255, 255, 255, 255, 255, 255], 'are more than this reads'],
    [6, [1, 64, 0, 0, 0, 64, 0, 0], '192 channels of 16385 x 16384 pixels are more than this reads'],
    [24, [6], 'its string is said to have 6 bytes, and there are 5'],
    [24, [255, 255, 255, 255], 'its string is said to have 4294967295 bytes, and there are 5'],
  ])('are refused where the bytes at %i are %j', (at, bytes, reason) => {
    expect(() => readFpic(changed(writeFpic(picture), at, bytes))).toThrow(reason);
  });

  it('are not written of what they cannot hold', () => {
    expect(() => writeFpic({ ...picture, width: 0 })).toThrow('width must be a positive integer, got 0');
    expect(() => writeFpic({ ...picture, network: new Uint8Array(7) })).toThrow('has 8 bytes, got 7');
    expect(() => writeFpic({ ...picture, channels: 65_536 })).toThrow('is too large');
    expect(() => writeFpic({ ...picture, width: 2 ** 32 })).toThrow('is too large');
    expect(() => writeFpic({ ...picture, width: 2 ** 20, height: 2 ** 20 })).toThrow('is too large');
  });
});
