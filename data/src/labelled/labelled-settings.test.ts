import { describe, expect, it } from 'vitest';
import { checkLabelledSettings, labelledSettings } from './labelled-settings.js';

describe('labelledSettings', () => {
  it('have defaults that pass, and are refused out of range', () => {
    checkLabelledSettings(labelledSettings);
    const cases: [Partial<typeof labelledSettings>, string][] = [
      [{ batchSize: 0 }, 'batchSize must be positive, got 0'],
      [{ batchSize: 1.5 }, 'batchSize must be an integer, got 1.5'],
      [{ cropSize: -1 }, 'cropSize must not be negative, got -1'],
      [{ padding: Number.NaN }, 'padding must be an integer, got NaN'],
    ];
    for (const [changes, message] of cases) {
      expect(() => checkLabelledSettings({ ...labelledSettings, ...changes })).toThrow(message);
    }
  });
});
