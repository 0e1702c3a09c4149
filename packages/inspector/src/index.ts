/**
 * The page on which a run is looked at, and the charts of all reports.
 *
 * @module @sandwich/inspector
 */

export { type ChartSeries, type ChartTheme, figureTheme, type LineChartOptions } from './chart/line-chart-spec.js';
export { lineChartSvg } from './chart/line-chart-svg.js';
export type {
  Inspection,
  MeasureDescription,
  MeasuredValues,
  RateCurve,
  RateCurvePoint,
  RateResults,
  ShownCoding,
  ShownImage,
  ShownPicture,
  ShownRate,
  TrainingCurve,
} from './inspection.js';
export { renderInspection } from './render-inspection.js';
export { contactSheet, type SheetRow } from './reports/contact-sheet.js';
export { type PlotSeries, type RatePlotOptions, ratePlot } from './reports/rate-plot.js';
export { loadReportFont, REPORT_FONT } from './reports/report-font.js';
export { svgToPng } from './reports/svg-to-png.js';
