import { describe, expect, it } from 'vitest';
import { Random } from '../random.js';
import { changeColors, drawColorChange } from './change-colors.js';

/*
 * Expected values by NumPy in float64, with the matrix of JFIF and its inverse:
 *
 *   import numpy as np
 *   T = np.array([[.299, .587, .114], [-.168735892, -.331264108, .5], [.5, -.418687589, -.081312411]])
 *   def changed(rgb, degrees, s):
 *     c, n = s * np.cos(np.radians(degrees)), s * np.sin(np.radians(degrees))
 *     return np.clip(np.rint(np.linalg.inv(T) @ np.array([[1, 0, 0], [0, c, -n], [0, n, c]]) @ T @ rgb), 0, 255)
 */
describe('changeColors', () => {
  it.each([
    [[200, 100, 50], 30, 1.5, [179, 129, 0]],
    [[200, 100, 50], -90, 0.5, [154, 100, 172]],
    [[10, 250, 40], 0, 2, [0, 255, 0]],
    [[90, 90, 90], 77, 3, [90, 90, 90]],
    [[13, 57, 201], 180, 1, [108, 64, 0]],
  ])('turns %j by %f degrees, %f times as saturated', (color, degrees, saturation, expected) => {
    const samples = Float32Array.of(...color, 7, 7, 7);
    changeColors(samples, 255, { angle: (degrees * Math.PI) / 180, saturation });
    expect([...samples]).toEqual([...expected, 7, 7, 7]);
  });

  it('leaves colours as they are for no angle and a factor of 1, up to the largest sample', () => {
    const samples = Float32Array.from({ length: 3000 }, (_, i) => (i * 7919) % 1024);
    const changed = samples.slice();
    changeColors(changed, 1023, { angle: 0, saturation: 1 });
    expect(changed).toEqual(samples);
  });
});

describe('drawColorChange', () => {
  it('draws angles to both sides, and factors evenly over their logarithm', () => {
    const drawn = Array.from({ length: 2000 }, (_, i) =>
      drawColorChange({ hueShift: 90, saturationSpread: 4 }, new Random(1, [i, 0, 0])),
    );
    const angles = drawn.map(({ angle }) => angle).toSorted((a, b) => a - b);
    const factors = drawn.map(({ saturation }) => saturation).toSorted((a, b) => a - b);
    for (const [share, angle, factor] of [
      [0.25, -Math.PI / 4, 0.5],
      [0.5, 0, 1],
      [0.75, Math.PI / 4, 2],
    ]) {
      // Four standard errors of a quartile of 2,000 draws: 4 sqrt(.25 / 2000) of the range.
      expect(Math.abs(angles[2000 * share] - angle)).toBeLessThan(0.045 * Math.PI);
      expect(Math.abs(Math.log2(factors[2000 * share] / factor))).toBeLessThan(0.045 * 4);
    }
    expect(angles[0]).toBeGreaterThanOrEqual(-Math.PI / 2);
    expect(factors[1999]).toBeLessThanOrEqual(4);
  });
});
