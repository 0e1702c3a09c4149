import { describe, expect, it } from 'vitest';
import { Random } from '../random.js';
import { createLeafShape } from './leaf-shape.js';

describe('createLeafShape', () => {
  it('covers its centre, an area near that of the disc, and nothing beyond its reach', () => {
    const random = new Random(1);
    for (let i = 0; i < 100; i++) {
      const shape = createLeafShape(random, 10);
      expect(shape.contains(0, 0)).toBe(true);
      let area = 0;
      for (let y = -60; y <= 60; y++) {
        for (let x = -60; x <= 60; x++) {
          if (!shape.contains(x, y)) continue;
          area++;
          expect(Math.hypot(x, y)).toBeLessThanOrEqual(shape.reach);
        }
      }
      // from a narrowed triangle to a full rectangle; the disc has 314
      expect(area).toBeGreaterThan(40);
      expect(area).toBeLessThan(450);
    }
  });
});
