import { describe, expect, it } from 'vitest';
import { copyCrop } from './copy-crop.js';

// 3x2 pixels, whose samples count up: row 0 is [0 1 2] [3 4 5] [6 7 8]
const image = { data: Uint8Array.from({ length: 18 }, (_, i) => i), width: 3, height: 2, channels: 3 as const };

function crop(left: number, top: number, width: number, height: number, mirrored: boolean): number[] {
  const target = new Float32Array(3 * width * height);
  copyCrop(image, { left, top, width, height }, mirrored, target);
  return [...target];
}

describe('copyCrop', () => {
  it('copies a square', () => {
    expect(crop(1, 0, 2, 2, false)).toEqual([3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 16, 17]);
  });

  it('mirrors it, each pixel keeping its red, green and blue', () => {
    expect(crop(1, 0, 2, 2, true)).toEqual([6, 7, 8, 3, 4, 5, 15, 16, 17, 12, 13, 14]);
  });

  it('leaves what lies beyond the picture', () => {
    expect(crop(-1, 1, 2, 2, false)).toEqual([0, 0, 0, 9, 10, 11, 0, 0, 0, 0, 0, 0]);
    expect(crop(2, -1, 2, 2, true)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 7, 8]);
    for (const [left, top] of [
      [5, 5],
      [5, 0],
      [-5, 0],
      [0, -5],
    ]) {
      expect(crop(left, top, 2, 1, false)).toEqual([0, 0, 0, 0, 0, 0]);
    }
  });
});
