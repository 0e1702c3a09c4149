import type { RatePoint } from '@sandwich/losses';

export type { RatePoint };

const byRate = (curve: readonly RatePoint[]): RatePoint[] => [...curve].sort((a, b) => a.bpp - b.bpp);

/** Quality at a rate, linear in log bpp between neighbouring points; null outside of the curve. */
export function qualityAt(curve: readonly RatePoint[], bpp: number): number | null {
  const points = byRate(curve);
  for (let i = 0; i < points.length; i++) {
    if (points[i].bpp === bpp) return points[i].quality;
    if (i > 0 && points[i - 1].bpp < bpp && bpp < points[i].bpp) {
      const [low, high] = [points[i - 1], points[i]];
      const weight = Math.log(bpp / low.bpp) / Math.log(high.bpp / low.bpp);
      return low.quality + weight * (high.quality - low.quality);
    }
  }
  return null;
}

/**
 * The rate at which a curve first reaches a quality, linear in log bpp between neighbouring points; null where the quality is
 * beyond the curve.
 */
export function rateAt(curve: readonly RatePoint[], quality: number): number | null {
  const points = byRate(curve);
  for (let i = 0; i < points.length; i++) {
    if (points[i].quality === quality) return points[i].bpp;
    if (i > 0 && points[i - 1].quality < quality && quality < points[i].quality) {
      const [low, high] = [points[i - 1], points[i]];
      const weight = (quality - low.quality) / (high.quality - low.quality);
      return low.bpp * (high.bpp / low.bpp) ** weight;
    }
  }
  return null;
}

/** The best quality that any of several curves has at a rate; null where none reaches. */
export function bestQualityAt(curves: readonly (readonly RatePoint[])[], bpp: number): number | null {
  const qualities = curves.map((curve) => qualityAt(curve, bpp)).filter((quality) => quality !== null);
  return qualities.length > 0 ? Math.max(...qualities) : null;
}

/** `count` rates from `low` to `high`, evenly spaced in log bpp. */
export const logSpaced = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => low * (high / low) ** (count === 1 ? 0 : i / (count - 1)));

/** Gain of a curve over the best of others at each of some rates. */
export interface Gain {
  bpp: number;
  quality: number;
  baseline: number;
  gain: number;
}

/**
 * The gain in dB at five log-spaced rates of the range that both sides cover within [low, high].
 *
 * @returns no rates when the curves do not overlap there
 */
export function gainOver(
  test: readonly RatePoint[],
  anchors: readonly (readonly RatePoint[])[],
  [low, high]: readonly [number, number],
): Gain[] {
  const rates = (curve: readonly RatePoint[]) => curve.map((point) => point.bpp);
  const anchorRates = anchors.flatMap(rates);
  const from = Math.max(low, Math.min(...rates(test)), Math.min(...anchorRates));
  const to = Math.min(high, Math.max(...rates(test)), Math.max(...anchorRates));
  if (!(from < to)) return [];
  return logSpaced(from, to, 5).flatMap((bpp) => {
    // Rounding may push the ends of the range a hair off the curve.
    const inside = Math.min(Math.max(bpp, from), to);
    const quality = qualityAt(test, inside);
    const baseline = bestQualityAt(anchors, inside);
    return quality === null || baseline === null ? [] : [{ bpp: inside, quality, baseline, gain: quality - baseline }];
  });
}
