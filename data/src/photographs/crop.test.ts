import { describe, expect, it } from 'vitest';
import { copyCrop } from './crop.js';

// 3x2 pixels, whose samples count up: row 0 is [0 1 2] [3 4 5] [6 7 8]
const image = { data: Uint8Array.from({ length: 18 }, (_, i) => i), width: 3, height: 2, channels: 3 as const };

describe('copyCrop', () => {
  it('copies a square', () => {
    const target = new Float32Array(12);
    copyCrop(image, 1, 0, 2, false, target);
    expect([...target]).toEqual([3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 16, 17]);
  });

  it('mirrors it, each pixel keeping its red, green and blue', () => {
    const target = new Float32Array(12);
    copyCrop(image, 1, 0, 2, true, target);
    expect([...target]).toEqual([6, 7, 8, 3, 4, 5, 15, 16, 17, 12, 13, 14]);
  });
});
