import { expect, it } from 'vitest';
import { withoutPadding } from './shown-image.js';

it('withoutPadding keeps what covers the image', () => {
  // 50 x 37 padded to a multiple of 32, then halved
  const bottleneck = { data: Uint8Array.from({ length: 32 * 32 }, (_, i) => i % 32), width: 32, height: 32 } as const;
  const picture = withoutPadding({ ...bottleneck, channels: 1 }, { width: 50, height: 37 }, 2);
  expect([picture.width, picture.height]).toEqual([25, 19]);
  expect([...picture.data.subarray(25, 50)]).toEqual(Array.from({ length: 25 }, (_, i) => i));
});
