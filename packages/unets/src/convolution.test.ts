import { describe, expect, it } from 'vitest';
import { initialKernel } from './convolution.js';

// A uniform variable within +-a has variance a^2 / 3: 2 / (fanIn + fanOut) for Glorot, 2 / fanIn for He.
describe('initialKernel', () => {
  it.each([
    ['glorot', Math.sqrt(6 / (9 * (16 + 48))), 2 / (9 * (16 + 48))],
    ['he', Math.sqrt(6 / (9 * 16)), 2 / (9 * 16)],
  ] as const)('%s has its limit and variance', (initializer, limit, variance) => {
    const kernel = initialKernel(initializer, 3, 16, 48, 5);
    expect(kernel.length).toBe(9 * 16 * 48);
    expect(Math.max(...kernel.map(Math.abs))).toBeLessThanOrEqual(limit);
    const mean = kernel.reduce((sum, value) => sum + value, 0) / kernel.length;
    const spread = kernel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / kernel.length;
    expect(Math.abs(mean)).toBeLessThan(0.05 * limit);
    expect(spread / variance).toBeGreaterThan(0.95);
    expect(spread / variance).toBeLessThan(1.05);
  });

  it('refuses what it does not know', () => {
    expect(() => initialKernel('her' as 'he', 3, 1, 1, 0)).toThrow("got 'her'");
  });
});
