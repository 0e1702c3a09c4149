import type { MeasureDescription, RateCurve } from '../../src/inspection.js';
import type { ChartCurve } from '../charts/chart-data.js';

/** Curves of one measure over the rate, to be drawn; without points where the measure has no value. */
export function rateCurves(
  curves: readonly RateCurve[],
  { key, label, digits }: MeasureDescription,
  colours: readonly string[],
): ChartCurve[] {
  return curves.map(({ name, points }, i) => ({
    name,
    colour: colours[i % colours.length],
    dashed: i > 0,
    points: points.flatMap(({ setting, bpp, estimatedBpp, measures }) => {
      const y = measures[key];
      if (y === null || y === undefined) return [];
      const details: [string, string][] = [
        [label, y.toFixed(digits)],
        ['bpp', bpp.toFixed(3)],
      ];
      if (estimatedBpp !== null) details.push(['estimated', estimatedBpp.toFixed(3)]);
      details.push(['setting', setting]);
      return [{ x: bpp, y, details }];
    }),
  }));
}
