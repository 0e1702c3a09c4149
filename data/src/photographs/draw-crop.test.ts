import { describe, expect, it } from 'vitest';
import { Random } from '../random.js';
import { checkCropSettings, cropSettings } from './crop-settings.js';
import { cropVariance, drawStructuredPlace, flatCropRules } from './draw-crop.js';

/** Columns of a level on the left, and checks of `contrast` to both sides of it from `from` on. */
function halfFlat(contrast: number, from: number) {
  const [width, height] = [64, 16];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return x < from ? 100 : 100 + ((x + y) % 2 === 0 ? contrast : -contrast);
  });
  return { data, width, height };
}

describe('cropVariance', () => {
  it('is that of all samples in [0, 1]', () => {
    const image = halfFlat(51, 32);
    expect(cropVariance(image, { left: 0, top: 0 }, 16, 8)).toBeCloseTo(0, 12);
    expect(cropVariance(image, { left: 40, top: 0 }, 16, 8)).toBeCloseTo(0.04, 12);
    expect(cropVariance(image, { left: 24, top: 0 }, 16, 8)).toBeCloseTo(0.02, 12);
    const data = Uint16Array.from({ length: 12 }, (_, i) => (i < 6 ? 0 : 1023));
    expect(cropVariance({ data, width: 2, height: 2 }, { left: 0, top: 0 }, 2, 10)).toBeCloseTo(0.25, 12);
  });
});

describe('drawStructuredPlace', () => {
  const draw = (image: ReturnType<typeof halfFlat>, rule: keyof typeof flatCropRules, seed: number) =>
    drawStructuredPlace(image, 8, 8, flatCropRules[rule], new Random(seed, [0, 0, 0]));

  it('draws flat crops again, at even places', () => {
    const image = halfFlat(51, 32);
    const places = Array.from({ length: 200 }, (_, seed) => draw(image, 'train', seed));
    for (const place of places) {
      expect(cropVariance(image, place, 8, 8)).toBeGreaterThanOrEqual(0.005);
      expect([place.left % 2, place.top % 2]).toEqual([0, 0]);
    }
    expect(Math.max(...places.map(({ left }) => left))).toBe(56);
    expect(Math.min(...places.map(({ left }) => left))).toBe(26);
    expect(new Set(places.map(({ top }) => top))).toEqual(new Set([0, 2, 4, 6, 8]));
    const validated = Array.from({ length: 200 }, (_, seed) => draw(image, 'validate', seed));
    // Half of a crop with checks has a variance of .02.
    expect(Math.min(...validated.map(({ left }) => left))).toBe(28);
  });

  it('takes doubtful ones half the time', () => {
    // Variances of checks: (24 / 255)^2 = .0089 and, from column 36 on, of crops with fewer of them less.
    const image = halfFlat(24, 0);
    for (let x = 0; x < 64; x++) {
      for (let y = 0; y < 16; y++) {
        if (x >= 32) image.data.fill((x + y) % 2 === 0 ? 151 : 49, 3 * (64 * y + x), 3 * (64 * y + x) + 3);
      }
    }
    const lefts = Array.from({ length: 3000 }, (_, seed) => draw(image, 'train', seed).left);
    const doubtful = lefts.filter((left) => left <= 24).length;
    // 13 of 29 places are doubtful; each is taken half the time: 6.5 of 22.5.
    expect(doubtful / lefts.length).toBeGreaterThan(0.25);
    expect(doubtful / lefts.length).toBeLessThan(0.33);
  });

  it('takes the best of what it has drawn where all is flat', () => {
    const image = halfFlat(10, 56);
    const best = (rule: 'train' | 'validate') =>
      Array.from({ length: 50 }, (_, seed) => draw(image, rule, seed)).filter(({ left }) => left === 56).length;
    // One of 29 columns of places is the best: of 100 draws one has it in 97 % of all cases, of 25 in 58 %.
    expect(best('validate')).toBeGreaterThan(42);
    expect(best('train')).toBeGreaterThan(18);
    expect(best('train')).toBeLessThan(42);
  });
});

describe('checkCropSettings', () => {
  it('knows its words', () => {
    expect(() => checkCropSettings(cropSettings)).not.toThrow();
    expect(() => checkCropSettings({ ...cropSettings, flatCrops: 'x' as 'kept' })).toThrow(
      "flatCrops must be one of kept, redrawn, got 'x'",
    );
  });
});
