import { readFileSync } from 'node:fs';
import type { Picture } from '@sandwich/pictures';
import { describe, expect, it } from 'vitest';
import { patternImage } from '../../../../pictures/testing/pattern-image.js';
import { flatSettings } from './codec-setting.js';
import { linearFilterCoder } from './linear-filter-coder.js';
import { doublePicture, halvePicture } from './linear-filters.js';

/** Written by `fixtures/make_linear_filters.py`. */
interface FilteredCase {
  width: number;
  height: number;
  step: number;
  bits: number;
  psnr: number;
  small: number[];
}
const cases: FilteredCase[] = JSON.parse(
  readFileSync(new URL('./fixtures/linear-filters.json', import.meta.url), 'utf8'),
);

function psnrOf(image: Picture, output: Picture): number {
  const error = Array.from(output.data).reduce((sum, value, i) => sum + (value - image.data[i]) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * output.data.length) / error);
}

describe('the linear pair of filters', () => {
  it.each(cases)('is what NumPy and Pillow make of it, $width x $height, step $step', async (expected) => {
    const image = patternImage(expected.width, expected.height);
    expect([...halvePicture(image).data]).toEqual(expected.small);
    const layout = { convertToYuv: true };
    const coder = linearFilterCoder({ name: 'pair', codec: 'jpeg', layout, settings: flatSettings([expected.step]) });
    for await (const { bits, output } of coder.code(image, [0])) {
      expect(bits).toBe(expected.bits);
      expect([output.width, output.height, output.channels]).toEqual([expected.width, expected.height, 3]);
      expect(Math.abs(psnrOf(image, output) - expected.psnr)).toBeLessThan(1e-3);
    }
  });

  it('leaves flat pictures as they are, however small', () => {
    for (const [width, height] of [
      [1, 1],
      [3, 2],
      [2, 9],
    ]) {
      const flat = { data: new Uint8Array(width * height).fill(77), width, height, channels: 1 as const };
      const half = halvePicture(flat);
      expect([half.width, half.height]).toEqual([Math.ceil(width / 2), Math.ceil(height / 2)]);
      expect(doublePicture(half, flat)).toEqual(flat);
    }
  });
});
