import { describe, expect, it } from 'vitest';
import { reducePicture, repeatPixels } from './resize-picture.js';

describe('repeatPixels', () => {
  it.each([
    ['of 8 bits', Uint8Array.of(1, 2, 3, 4, 5, 6)],
    // As sharp gives samples.
    ['in a Buffer', Buffer.of(1, 2, 3, 4, 5, 6)],
    ['of 16 bits', Uint16Array.of(1, 2, 3, 4, 5, 6)],
  ])('makes squares of pixels %s', (_, data) => {
    const { width, height, data: repeated } = repeatPixels({ data, width: 2, height: 1, channels: 3 }, 2);
    expect([width, height]).toEqual([4, 2]);
    const row = [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6];
    expect([...repeated]).toEqual([...row, ...row]);
  });
});

describe('reducePicture', () => {
  it('gives 16 bits, without the rows and columns beyond a multiple', async () => {
    const gray = { data: new Uint8Array(5 * 7).fill(100), width: 5, height: 7, channels: 1 as const };
    const reduced = await reducePicture(gray, 2);
    expect(reduced).toMatchObject({ width: 2, height: 3, channels: 1, bitDepth: 16 });
    expect([...reduced.data]).toEqual(Array(6).fill(257 * 100));
    await expect(reducePicture(gray, 6)).rejects.toThrow('5 x 7 pixels are too few to be reduced by 6');
  });
});
