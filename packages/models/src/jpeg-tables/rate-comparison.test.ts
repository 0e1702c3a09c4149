import { synthesizeImage } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareRateModels, fitOf } from './rate-comparison.js';

beforeAll(() => startEngine());

describe('rate models compared with files', () => {
  it('fit by correlation and relative error, scaled where they do not claim bits', () => {
    const fit = fitOf([1, 2, 4], [3, 5, 9]);
    expect(fit.correlation).toBeCloseTo(1, 12);
    expect(fit.relativeError).toBeCloseTo((2 / 3 + 3 / 5 + 5 / 9) / 3, 12);
    expect(fitOf([1, 2, 3], [10, 20, 30], true).relativeError).toBeCloseTo(0, 12);
    expect(fitOf([1, 2, 3], [3, 2, 1]).correlation).toBeCloseTo(-1, 12);
  });

  it('have a fit for every quality', async () => {
    const pictures = [1, 2, 3, 4].map((seed) => synthesizeImage({ width: 64, height: 64, seed }));
    const { qualities, fits } = await compareRateModels(pictures, [20, 80], { steps: 2 });
    expect(qualities).toEqual([20, 80]);
    for (const fit of Object.values(fits)) expect(fit).toHaveLength(2);
    expect(fits['entropy (J4D)'][1].correlation).toBeGreaterThan(0.9);
  });
});
