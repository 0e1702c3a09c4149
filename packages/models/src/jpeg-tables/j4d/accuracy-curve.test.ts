import { describe, expect, it } from 'vitest';
import { accuracyAt, envelope, gainAtRate, rateAtAccuracy, rateShareAtLoss } from './accuracy-curve.js';
import type { Judgement } from './judge-tables.js';

/** A judgement of ten pictures: the first so many are right, and all cost the same. */
const point = (right: number, bpp: number): Judgement => ({
  right: Array.from({ length: 10 }, (_, i) => (i < right ? 1 : 0)),
  bpp: new Array(10).fill(bpp + 1),
  scanBpp: new Array(10).fill(bpp),
});
const all = Array.from({ length: 10 }, (_, i) => i);

describe('curves of accuracy over rate', () => {
  it('are monotone envelopes in the order of rising rate', () => {
    const points = envelope([point(8, 4), point(5, 1), point(4, 2)], all, 'scanBpp');
    expect(points).toEqual([
      { rate: 1, accuracy: 0.5 },
      { rate: 2, accuracy: 0.5 },
      { rate: 4, accuracy: 0.8 },
    ]);
    expect(envelope([point(5, 1)], all, 'bpp')[0].rate).toBe(2);
    // A picture that is drawn three times counts three times.
    expect(envelope([point(5, 1)], [0, 0, 0, 9], 'bpp')[0].accuracy).toBe(0.75);
  });

  it('are read linearly in the logarithm of the rate', () => {
    const points = envelope([point(4, 1), point(8, 4)], all, 'scanBpp');
    expect(accuracyAt(points, 2)).toBeCloseTo(0.6, 12);
    expect(rateAtAccuracy(points, 0.6)).toBeCloseTo(2, 12);
    expect(accuracyAt(points, 5)).toBeNaN();
    expect(rateAtAccuracy(points, 0.9)).toBeNaN();
  });

  it('are compared at a rate, and at a loss of accuracy', () => {
    const [candidate, anchor] = [
      [point(6, 1), point(10, 4)],
      [point(4, 1), point(8, 4), point(10, 16)],
    ];
    const gain = gainAtRate(candidate, anchor, anchor[1], 'scanBpp');
    expect(gain.value).toBeCloseTo(0.2, 12);
    // Pictures 8 and 9 alone are told apart: a draw of ten has 0 to 7 of them in 95 % of cases.
    expect(gain.low).toBeGreaterThanOrEqual(0);
    expect(gain.high).toBeGreaterThan(0.3);
    const share = rateShareAtLoss(candidate, anchor, new Array(10).fill(1), 0.2, 'scanBpp');
    expect(share.value).toBeCloseTo(2 / 4, 12);
  });
});
