import { createHash } from 'node:crypto';
import type { Picture } from '@sandwich/pictures';
import { describe, expect, it } from 'vitest';
import { lumaBt601 } from './color-conversion.js';

const single = (...pixel: number[]): Picture<Uint8Array> => ({
  data: Uint8Array.from(pixel),
  width: 1,
  height: 1,
  channels: 3,
});

describe('lumaBt601', () => {
  it("equals Pillow's mode L", () => {
    // Image.fromarray(texture(64, 48, 3)).convert('L') of fixtures/make-pillow-fixtures.py, Pillow 9.4.0.
    const data = new Uint8Array(64 * 48 * 3);
    for (let i = 0, y = 0; y < 48; y++) {
      for (let x = 0; x < 64; x++) {
        for (let c = 0; c < 3; c++) {
          const wave = Math.abs(((3 * x + 5 * y + 60 * c) % 510) - 255);
          data[i++] = ((wave * 7) >> 3) + ((7 * x * x + 13 * y + 3 * x * y + 29 * c) % 31);
        }
      }
    }
    const luma = lumaBt601({ data, width: 64, height: 48, channels: 3 });
    expect(luma).toMatchObject({ width: 64, height: 48, channels: 1 });
    expect(createHash('sha256').update(luma.data).digest('hex').slice(0, 24)).toBe('2cf0ac078b31c3d35bce6a19');
  });

  it('is round(0.299 R + 0.587 G + 0.114 B)', () => {
    expect(lumaBt601(single(255, 0, 0)).data[0]).toBe(76);
    expect(lumaBt601(single(0, 255, 0)).data[0]).toBe(150);
    expect(lumaBt601(single(0, 0, 255)).data[0]).toBe(29);
    expect(lumaBt601(single(255, 255, 255)).data[0]).toBe(255);
  });

  it('leaves a luma image as it is and rejects a malformed one', () => {
    const gray: Picture<Uint8Array> = { data: Uint8Array.of(9), width: 1, height: 1, channels: 1 };
    expect(lumaBt601(gray)).toBe(gray);
    expect(() => lumaBt601({ ...gray, width: 2 })).toThrow(
      'lumaBt601: image.data must hold 2 x 1 x 1 = 2 samples, got 1',
    );
  });
});
