import { type LineChartOptions, lineChartSpec } from './line-chart-spec.js';

/** Draws a chart as an SVG document that refers to nothing outside of itself. */
export async function lineChartSvg(options: LineChartOptions): Promise<string> {
  const { parse, View, Error: errorsOnly } = await import('vega');
  const view = new View(parse(lineChartSpec(options)), { renderer: 'none', logLevel: errorsOnly });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
