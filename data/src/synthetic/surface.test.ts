import { describe, expect, it } from 'vitest';
import { Random } from '../random.js';
import { createMaterial } from './surface.js';

describe('createMaterial', () => {
  it('draws surfaces that are smooth, positive and about 1', () => {
    const random = new Random(3);
    for (let picture = 0; picture < 10; picture++) {
      const createSurface = createMaterial(random, 1);
      for (let leaf = 0; leaf < 20; leaf++) {
        const surface = createSurface(20);
        for (let x = -20; x < 20; x++) {
          expect(surface(x, 5)).toBeGreaterThan(0);
          expect(surface(x, 5)).toBeLessThan(3);
          expect(Math.abs(surface(x + 0.01, 5) - surface(x, 5))).toBeLessThan(0.05);
        }
      }
    }
  });

  it('draws plain surfaces and textured ones', () => {
    const createSurface = createMaterial(new Random(4), 1);
    const roughness = Array.from({ length: 50 }, () => {
      const surface = createSurface(20);
      // the third difference of a plain surface, a polynomial of degree two, is 0
      const third = [0, 1, 2, 3, 4, 5].map(
        (x) => surface(x + 3, 0) - 3 * surface(x + 2, 0) + 3 * surface(x + 1, 0) - surface(x, 0),
      );
      return Math.max(...third.map(Math.abs));
    });
    expect(roughness.filter((value) => value < 1e-12).length).toBeGreaterThan(5);
    expect(roughness.filter((value) => value > 1e-3).length).toBeGreaterThan(5);
  });
});
