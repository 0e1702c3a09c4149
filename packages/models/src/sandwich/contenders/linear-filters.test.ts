import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { patternImage } from '../../../../pictures/testing/pattern-image.js';
import { psnrOf } from '../../../testing/psnr-of.js';
import { flatSettings } from './codec-setting.js';
import { linearFilterCoder } from './linear-filter-coder.js';
import { doublePicture, halvePicture } from './linear-filters.js';
import { packPicture } from './packed-details.js';

/** Written by `fixtures/make_linear_filters.py`. */
interface FilteredCase {
  width: number;
  height: number;
  step: number;
  bits: number;
  psnr: number;
  small: number[];
}
const casesOf = (name: string): FilteredCase[] =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));

const systems = [
  { name: 'linear-filters', reduce: halvePicture, packsDetails: false },
  { name: 'packed-details', reduce: packPicture, packsDetails: true },
];

describe.each(systems)('$name', ({ name, reduce, packsDetails }) => {
  it.each(casesOf(name))('are what NumPy and Pillow make of it, $width x $height, step $step', async (expected) => {
    const image = patternImage(expected.width, expected.height);
    expect([...reduce(image).data]).toEqual(expected.small);
    const settings = flatSettings([expected.step]);
    const coder = linearFilterCoder({ name, codec: 'jpeg', layout: { convertToYuv: true }, settings, packsDetails });
    for await (const { bits, output } of coder.code(image, [0])) {
      expect(bits).toBe(expected.bits);
      expect([output.width, output.height, output.channels]).toEqual([expected.width, expected.height, 3]);
      expect(Math.abs(psnrOf(image, output) - expected.psnr)).toBeLessThan(1e-3);
    }
  });
});

describe('the linear pair of filters', () => {
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
