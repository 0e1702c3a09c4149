/**
 * The page on which runs are looked at, charts, and figures.
 *
 * @module @sandwich/inspector
 */
export { type ChartSeries, type ChartTheme, figureTheme, type LineChartOptions } from './chart/line-chart-spec.js';
export { lineChartSvg } from './chart/line-chart-svg.js';
export type {
  Inspection,
  MeasuredValues,
  NamedView,
  RateCurve,
  RateCurvePoint,
  ShownAnchor,
  ShownCoding,
  ShownComparison,
  ShownItem,
  ShownMeasure,
  ShownPicture,
  ShownResults,
  ShownRun,
  TrainingCurve,
  TrainingPictures,
  ViewPair,
  ViewReference,
} from './inspection.js';
export { readInspection } from './read-inspection.js';
export { renderInspection } from './render-inspection.js';
export { contactSheet, type SheetRow } from './reports/contact-sheet.js';
export { type PlotSeries, type RatePlotOptions, ratePlot } from './reports/rate-plot.js';
export { loadReportFont, REPORT_FONT } from './reports/report-font.js';
export { svgToPng } from './reports/svg-to-png.js';
