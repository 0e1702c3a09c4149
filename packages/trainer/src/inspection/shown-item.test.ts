import { expect, it } from 'vitest';
import { withoutPadding } from './coder-of.js';
import { scaleOf } from './shown-item.js';

it('withoutPadding keeps what covers the image', () => {
  // 50 x 37 padded to a multiple of 32, then halved
  const bottleneck = { data: Uint8Array.from({ length: 32 * 32 }, (_, i) => i % 32), width: 32, height: 32 } as const;
  const picture = withoutPadding({ ...bottleneck, channels: 1 }, { width: 50, height: 37 }, 2);
  expect([picture.width, picture.height]).toEqual([25, 19]);
  expect([...picture.data.subarray(25, 50)]).toEqual(Array.from({ length: 25 }, (_, i) => i));
});

it('scaleOf tells how much larger the item is than a view of it', () => {
  expect(scaleOf({ width: 50, height: 37 }, { width: 50, height: 37 })).toBe(1);
  expect(scaleOf({ width: 25, height: 19 }, { width: 50, height: 37 })).toBe(2);
  expect(scaleOf({ width: 13, height: 10 }, { width: 50, height: 37 })).toBe(4);
  expect(scaleOf({ width: 40, height: 30 }, { width: 60, height: 45 })).toBe(1.5);
  // twice as many pixels: not twice as fine
  expect(scaleOf({ width: 100, height: 74 }, { width: 50, height: 37 })).toBe(0.5);
});
