import { describe, expect, it } from 'vitest';
import { centreRegion, cropPicture } from './crop-picture.js';

const image = {
  data: Uint8Array.from({ length: 11 * 7 * 3 }, (_, i) => i),
  width: 11,
  height: 7,
  channels: 3 as const,
};

describe('cropPicture', () => {
  it('takes a region, as far as it lies within the picture', () => {
    const crop = cropPicture(image, { left: 8, top: 5, width: 4, height: 4 });
    expect([crop.width, crop.height, crop.data.length]).toEqual([3, 2, 18]);
    for (let y = 0; y < 2; y++) {
      const from = ((5 + y) * 11 + 8) * 3;
      expect([...crop.data.subarray(9 * y, 9 * y + 9)]).toEqual([...image.data.subarray(from, from + 9)]);
    }
  });

  it('keeps 16 bits', () => {
    const deep = { ...image, data: Uint16Array.from(image.data, (value) => 257 * value) };
    const crop = cropPicture(deep, { left: 1, top: 0, width: 1, height: 1 });
    expect(crop.data).toEqual(deep.data.slice(3, 6));
  });
});

it('centreRegion is the middle, or all of a smaller picture', () => {
  expect(centreRegion({ width: 11, height: 7 }, 4)).toEqual({ left: 3, top: 1, width: 4, height: 4 });
  expect(centreRegion({ width: 3, height: 7 }, 4)).toEqual({ left: 0, top: 1, width: 3, height: 4 });
});
