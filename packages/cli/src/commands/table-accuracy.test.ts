import type { TableAccuracy } from '@sandwich/models';
import { expect, it } from 'vitest';
import { accuracyText } from './table-accuracy.js';

it('says which losses both curves do not reach', () => {
  const point = { name: 'a', bpp: 1, scanBpp: 0.8, accuracy: 0.5, byClass: [] };
  const accuracy: TableAccuracy = {
    recogniser: 'resnet20',
    pictures: '4 pictures',
    uncompressed: 0.9,
    subsampling: '4:2:0',
    classes: [],
    points: [{ ...point, tables: [] }],
    sampled: [],
    anchors: [{ name: 'Annex K', points: [point] }],
    comparisons: [
      {
        anchor: 'Annex K',
        bits: 'scanBpp',
        gains: [],
        shares: [
          { loss: 0.01, value: Number.NaN, low: Number.NaN, high: Number.NaN },
          { loss: 0.03, value: 0.6, low: 0.55, high: 0.7 },
        ],
      },
    ],
  };
  const text = accuracyText(accuracy);
  expect(text).toMatch(/at a loss of 1\.0 points +not reached by both +-\n/);
  expect(text).toMatch(/^learned tables, 4:2:0 +a +0\.800/m);
  expect(text).toMatch(/at a loss of 3\.0 points +60\.0 % of the bits +55\.0 to 70\.0/);
});
