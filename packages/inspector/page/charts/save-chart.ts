import { parse, Error as showErrors, View } from 'vega';
import { figureTheme, type LineChartOptions, lineChartSpec } from '../../src/chart/line-chart-spec.js';

/** Pixels a unit of the chart, of PNG files. */
const RESOLUTION = 3;

/** Saves a chart as a figure for print, dark on white with its legend, whatever the page looks like. */
export async function saveChart(options: LineChartOptions, name: string, format: 'svg' | 'png'): Promise<void> {
  const series = options.series.map((each) => ({ ...each, colour: undefined }));
  const spec = lineChartSpec({ ...options, series, theme: figureTheme });
  const view = new View(parse(spec), { renderer: 'none', logLevel: showErrors });
  const address = await view.toImageURL(format, format === 'png' ? RESOLUTION : 1);
  view.finalize();
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name}.${format}`;
  link.click();
}
