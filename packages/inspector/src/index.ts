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
