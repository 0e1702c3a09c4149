import type { ChartCurve, ChartPosition } from './chart-data.js';

/** Where values lie, in pixels of the plot. */
export interface ChartScales {
  x(value: number): number;
  y(value: number): number;
}

/**
 * The point that is meant by a place in the plot.
 *
 * @param alongX by its distance along x only, then by that along y
 * @returns null where there is no point
 */
export function nearestPoint(
  curves: readonly ChartCurve[],
  scales: ChartScales,
  place: { x: number; y: number },
  alongX: boolean,
): ChartPosition | null {
  let best: ChartPosition | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [curve, { points, silent }] of curves.entries()) {
    if (silent) continue;
    for (const [point, { x, y }] of points.entries()) {
      const [dx, dy] = [scales.x(x) - place.x, scales.y(y) - place.y];
      const distance = alongX ? Math.abs(dx) + 1e-6 * Math.abs(dy) : Math.hypot(dx, dy);
      if (distance < least) {
        least = distance;
        best = { curve, point };
      }
    }
  }
  return best;
}
