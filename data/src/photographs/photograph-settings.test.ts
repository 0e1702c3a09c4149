import { describe, expect, it } from 'vitest';
import { checkPhotographSettings, cutSide, photographSettings } from './photograph-settings.js';

const check = (changes: Partial<typeof photographSettings> & { accumulate?: number }) =>
  checkPhotographSettings({ ...photographSettings, ...changes });

describe('photographSettings', () => {
  it('have defaults that pass', () => {
    expect(photographSettings).toEqual({
      batchSize: 8,
      cropSize: 128,
      reduce: 1,
      scales: '1',
      hueShift: 0,
      saturationSpread: 1,
      bitDepth: 8,
      validationImages: 0,
    });
    check({});
    check({ bitDepth: 16, validationImages: 3 });
    check({ scales: '1, 0.7,.5', hueShift: 180, saturationSpread: 8 });
    expect([cutSide(photographSettings), cutSide({ cropSize: 8, reduce: 2 })]).toEqual([128, 16]);
  });

  it.each([
    [{ batchSize: 0 }, 'batchSize must be positive, got 0'],
    [{ batchSize: 1.5 }, 'batchSize must be an integer, got 1.5'],
    [{ batchSize: 1e30 }, 'batchSize must be an integer, got 1e+30'],
    [{ batchSize: Number.NaN }, 'batchSize must be positive, got NaN'],
    [{ cropSize: -16 }, 'cropSize must be positive, got -16'],
    [{ reduce: 1.5 }, 'reduce must be an integer, got 1.5'],
    [{ scales: '1.5' }, "scales must be numbers above 0 and at most 1, with commas between, got '1.5'"],
    [{ scales: '1,,0.5' }, "with commas between, got '1,,0.5'"],
    [{ scales: '1,half' }, "with commas between, got '1,half'"],
    [{ hueShift: 181 }, 'hueShift must be 0 to 180 degrees, got 181'],
    [{ hueShift: Number.NaN }, 'hueShift must be 0 to 180 degrees, got NaN'],
    [{ saturationSpread: 0.9 }, 'saturationSpread must be at least 1, got 0.9'],
    [{ saturationSpread: Number.POSITIVE_INFINITY }, 'saturationSpread must be at least 1, got Infinity'],
    [{ bitDepth: 7 }, 'bitDepth must be 8 to 16, got 7'],
    [{ bitDepth: 17 }, 'bitDepth must be 8 to 16, got 17'],
    [{ bitDepth: 9.5 }, 'bitDepth must be an integer, got 9.5'],
    [{ validationImages: -1 }, 'validationImages must not be negative, got -1'],
    [{ validationImages: 0.5 }, 'validationImages must be an integer, got 0.5'],
  ])('are refused out of range: %j', (changes, message) => {
    expect(() => check(changes)).toThrow(message);
  });

  it.each([
    [{ batchSize: 1e9 }, 'batchSize=1000000000, cropSize=128, reduce=1 and accumulate=1 '],
    [{ cropSize: 1e6 }, 'cropSize=1000000, '],
    [{ reduce: 1e5 }, 'reduce=100000 '],
    [{ accumulate: 1e9 }, 'accumulate=1000000000 '],
  ])('are refused where no memory holds the images: %j', (changes, named) => {
    expect(() => check(changes)).toThrow(/^the images of one step do not fit into memory: .* GiB/);
    expect(() => check(changes)).toThrow(named);
  });
});
