import { expect, it } from 'vitest';
import { scaleOf } from './shown-item.js';

it('scaleOf tells how much larger the item is than a view of it', () => {
  expect(scaleOf({ width: 50, height: 37 }, { width: 50, height: 37 })).toBe(1);
  expect(scaleOf({ width: 25, height: 19 }, { width: 50, height: 37 })).toBe(2);
  expect(scaleOf({ width: 13, height: 10 }, { width: 50, height: 37 })).toBe(4);
  expect(scaleOf({ width: 40, height: 30 }, { width: 60, height: 45 })).toBe(1.5);
  // twice as many pixels: not twice as fine
  expect(scaleOf({ width: 100, height: 74 }, { width: 50, height: 37 })).toBe(0.5);
});
