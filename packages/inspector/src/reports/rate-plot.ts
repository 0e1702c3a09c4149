import type { ChartSeries, LineChartOptions } from '../chart/line-chart-spec.js';
import { lineChartSvg } from '../chart/line-chart-svg.js';
import { REPORT_FONT } from './report-font.js';

/** A curve of a plot. */
export type PlotSeries = Pick<ChartSeries, 'name' | 'points' | 'dashed' | 'colour'>;

/** Options of `ratePlot`. */
export interface RatePlotOptions extends Pick<LineChartOptions, 'marks' | 'legend'> {
  title: string;
  xLabel: string;
  yLabel: string;
  series: readonly PlotSeries[];
  /** Logarithmic rate axis. */
  logX?: boolean;
}

/**
 * Draws curves of quality over rate.
 *
 * @returns an SVG document that refers to nothing outside of itself
 * @throws if two series have one name, or a point is not finite, or not positive on a logarithmic axis, or there is
 *   none at all
 * @example
 * const svg = await ratePlot({ title: 'Kodak', xLabel: 'bits per pixel', yLabel: 'PSNR (dB)', logX: true,
 *   series: [{ name: 'sandwich', points: [{ x: 0.5, y: 26.4 }, { x: 0.9, y: 27.7 }] }] });
 */
export async function ratePlot(options: RatePlotOptions): Promise<string> {
  checkSeries(options);
  return lineChartSvg({ ...options, font: REPORT_FONT });
}

function checkSeries({ series, logX }: RatePlotOptions): void {
  const names = series.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`ratePlot: two series are named '${twice}'`);
  for (const { name, points } of series) {
    for (const { x, y } of points) {
      if (!Number.isFinite(x) || !Number.isFinite(y) || (logX && x <= 0)) {
        throw new Error(`ratePlot: series '${name}' has the point (${x}, ${y}), which cannot be drawn`);
      }
    }
  }
  if (!series.some(({ points }) => points.length > 0)) throw new Error('ratePlot: no series has a point');
}
