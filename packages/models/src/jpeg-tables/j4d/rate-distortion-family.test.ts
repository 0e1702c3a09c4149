import { describe, expect, it } from 'vitest';
import { rateDistortionFamily } from './rate-distortion-family.js';

const all = <T>(value: T) => new Array<T>(64).fill(value);
/** Magnitudes that are evenly spread up to 1499: many levels. */
const many = new Array<number>(1500).fill(1);
/** Nearly always 0, and else 20. */
const few = Array.from({ length: 21 }, (_, m) => ({ 0: 990, 20: 10 })[m] ?? 0);

const shape = { exponent: 0.5, chroma: 1 };

describe('tables by rate and distortion', () => {
  it('have steps in proportion to s^-1/2 where levels are many, and the step itself at the mean sensitivity', () => {
    const luma = all(1).map((_, i) => [1, 4, 0.25][i % 3]);
    const mean = Math.exp(luma.reduce((sum, s) => sum + Math.log(s), 0) / 128);
    const family = rateDistortionFamily({ luma, chroma: all(1), counts: { luma: all(many), chroma: all(many) } });
    const { luma: steps, chroma } = family.tables(30, shape);
    // The counts are finite, so that the best whole step lies a little off.
    expect(Math.abs(steps[0] / steps[1] / 2 - 1)).toBeLessThan(0.1);
    expect(Math.abs(steps[2] / steps[0] / 2 - 1)).toBeLessThan(0.1);
    expect(Math.abs(chroma[0] / (30 * Math.sqrt(mean)) - 1)).toBeLessThan(0.1);
    const quarter = family.tables(30, { ...shape, chroma: 0.25 });
    expect(quarter.luma).toEqual(steps);
    expect(Math.abs(quarter.chroma[0] / chroma[0] / 2 - 1)).toBeLessThan(0.1);
    const alike = family.tables(30, { ...shape, exponent: 0 });
    expect(new Set(Array.from(alike.luma)).size).toBe(1);
  });

  it('code nothing of coefficients that are not worth their bits', () => {
    const family = rateDistortionFamily({
      luma: all(1),
      chroma: all(1),
      counts: { luma: all(few), chroma: all(many) },
    });
    // Without them 0.01 20^2 = 4 is lost in the mean; as levels they take H(0.01) + 0.01 = 0.0908 bits, so that a bit must cost 44.
    const stepOfPrice = (price: number) => Math.sqrt((6 * price) / Math.LN2);
    expect(family.tables(stepOfPrice(43.5), shape).luma).toEqual(all(20));
    expect(family.tables(stepOfPrice(44.5), shape).luma).toEqual(all(255));
  });

  it('are the best of all steps by squared errors and entropies', () => {
    const counts = Array.from({ length: 40 }, (_, m) => Math.round(1e4 * Math.exp(-m / 6)));
    const family = rateDistortionFamily({
      luma: all(3),
      chroma: all(3),
      counts: { luma: all(counts), chroma: all(counts) },
    });
    const step = 9;
    const signed = counts.flatMap((count, m) =>
      m === 0
        ? [[0, count]]
        : [
            [m, count / 2],
            [-m, count / 2],
          ],
    );
    const total = counts.reduce((sum, count) => sum + count);
    const costs = Array.from({ length: 255 }, (_, i) => {
      const q = i + 1;
      const shares = new Map<number, number>();
      let error = 0;
      for (const [c, count] of signed) {
        // Half of the coefficients in the middle between two levels belong to each.
        for (const nudge of [-1e-9, 1e-9]) {
          const level = Math.round(c / q + nudge);
          shares.set(level, (shares.get(level) ?? 0) + count / total / 2);
          error += (count / total / 2) * (c - q * level) ** 2;
        }
      }
      const entropy = [...shares.values()].reduce((sum, share) => sum - (share > 0 ? share * Math.log2(share) : 0), 0);
      return error + ((step ** 2 * Math.LN2) / 6) * entropy;
    });
    expect(family.tables(step, shape).luma[5]).toBe(1 + costs.indexOf(Math.min(...costs)));
  });

  it('need counts', () => {
    expect(() => rateDistortionFamily({ luma: all(1), chroma: all(1) })).toThrow('measure with `counts: true`');
  });
});
