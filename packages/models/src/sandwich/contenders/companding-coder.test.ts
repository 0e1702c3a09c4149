import { readFileSync } from 'node:fs';
import type { Picture } from '@sandwich/pictures';
import { describe, expect, it } from 'vitest';
import { deepPattern } from '../../../testing/deep-pattern.js';
import { psnrOf } from '../../../testing/psnr-of.js';
import { compandingCoder } from './companding-coder.js';

/** Written by `fixtures/make_companding.py`. */
interface CompandingCase {
  width: number;
  height: number;
  power: number;
  slope: number;
  bits: number;
  psnr: number;
  exponent: number;
}
const cases: CompandingCase[] = JSON.parse(
  readFileSync(new URL('./fixtures/companding.json', import.meta.url), 'utf8'),
);

describe('compandingCoder', () => {
  it.each(cases)('is what Pillow and NumPy make of it, light^$power, slope of flat $slope', async (expected) => {
    const picture = deepPattern(expected);
    const coder = compandingCoder('companded', {}, [expected.slope]);
    expect(coder.settings).toEqual([`slope of flat ${expected.slope}`]);
    for await (const { bits, output } of coder.code(picture, [0])) {
      expect(bits).toBe(expected.bits);
      expect(Math.abs(psnrOf(picture, output, 65535) - expected.psnr)).toBeLessThan(1e-3);
    }
  });

  it('goes with the light: dark pictures have other exponents', () => {
    expect(new Set(cases.map(({ exponent }) => exponent)).size).toBeGreaterThan(2);
  });

  it('keeps bit depth and what the picture says of its colours', async () => {
    const { data, ...size } = deepPattern(cases.at(-1)!);
    const picture: Picture = { ...size, data: data.map((x) => x >> 6), bitDepth: 10, transfer: 'linear' };
    for await (const { output } of compandingCoder('companded', {}, [0.25]).code(picture, [0])) {
      expect(output).toMatchObject({ bitDepth: 10, transfer: 'linear' });
      expect(Math.max(...output.data)).toBeLessThan(1024);
      // The upper 8 bits alone have errors of four levels.
      const psnrOfUpperBits = 10 * Math.log10(1023 ** 2 / (16 / 12));
      expect(psnrOf(picture, output, 1023)).toBeGreaterThan(psnrOfUpperBits);
    }
  });
});
