import { expect, it } from 'vitest';
import { withBitDepth } from './with-bit-depth.js';

const size = { width: 4, height: 1, channels: 1 as const };

it('scales samples of more bits to 8, and leaves 8 as they are', () => {
  const deep = { data: new Uint16Array([0, 128, 129, 65535]), ...size };
  expect(withBitDepth(deep, 8)).toEqual({ data: new Uint8Array([0, 0, 1, 255]), ...size, bitDepth: 8 });
  const ten = { data: new Uint16Array([0, 2, 3, 1023]), ...size, bitDepth: 10 };
  expect(withBitDepth(ten, 8).data).toEqual(new Uint8Array([0, 0, 1, 255]));
  const shallow = { data: new Uint8Array([1, 2, 3, 4]), ...size };
  expect(withBitDepth(shallow, 8)).toBe(shallow);
});

it('scales samples to more bits', () => {
  // 1023 / 255 = 4.01.
  const { data, bitDepth } = withBitDepth({ data: new Uint8Array([0, 1, 128, 255]), ...size }, 10);
  expect(data).toEqual(new Uint16Array([0, 4, 514, 1023]));
  expect(bitDepth).toBe(10);
});
