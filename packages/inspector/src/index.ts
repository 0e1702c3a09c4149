/**
 * The page on which runs are looked at, charts, and figures.
 *
 * @module @sandwich/inspector
 */
export { writeAttackReport } from './attacks/attack-report.js';
export {
  type AttackCircumstances,
  type AttackResults,
  attackFiles,
  readAttackResults,
  writeAttackResults,
} from './attacks/attack-results.js';
export { attackTable } from './attacks/attack-table.js';
export { type ChartSeries, type ChartTheme, figureTheme, type LineChartOptions } from './chart/line-chart-spec.js';
export { lineChartSvg } from './chart/line-chart-svg.js';
export { checkWhole } from './evaluation/check-steps.js';
export { type Destination, type DestinationRequest, guardedDestination } from './evaluation/destination.js';
export { contestsOfRuns, evaluateRuns, type RunContest, type RunEvaluation } from './evaluation/evaluate-runs.js';
export {
  type CommonRequest,
  checkEvaluatedRuns,
  type EvaluatedRun,
  type EvaluatedRuns,
  type EvaluationCheck,
  loadEvaluatedRuns,
} from './evaluation/evaluated-run.js';
export { contestOutputs, evaluationFiles, paretoOutputs } from './evaluation/evaluation-files.js';
export { filesOfRun } from './evaluation/files-of-run.js';
export { indexOfNearest } from './evaluation/index-of-nearest.js';
export type { JudgedItems } from './evaluation/judged-items.js';
export { loadImages } from './evaluation/load-images.js';
export { type ImagesRequest, openImages } from './evaluation/open-images.js';
export { openRecognition, type Recognition, type RecognitionRequest } from './evaluation/open-recognition.js';
export { type ComparedRun, reportPareto } from './evaluation/pareto.js';
export {
  bdNotes,
  bdQualityTable,
  gainTables,
  networksLine,
  pointTable,
  rateChangeTable,
  summaryTable,
  uncompressedLines,
} from './evaluation/result-tables.js';
export { writeEvaluation, writeOverview } from './evaluation/write-evaluation.js';
export {
  evaluateFolder,
  type FolderCurve,
  type FolderOptions,
  type FolderPoint,
  type FolderResults,
} from './folder/evaluate-folder.js';
export { type ExperimentFolder, type ExperimentRun, experimentRuns } from './folder/experiment-runs.js';
export { type JpegType, jpegTypes } from './folder/folder-coders.js';
export { folderFiles, folderTable, writeFolderReport } from './folder/folder-report.js';
export type { AnchorCoding, Comparison, MeasuredCoding } from './inspection/compare-codings.js';
export { type ComparisonRow, comparisonRow } from './inspection/figures/comparison-row.js';
export { figuresIn, writeFigures } from './inspection/figures/write-figures.js';
export {
  checkInspection,
  hasWeights,
  type InspectedItem,
  type InspectedRun,
  type InspectRunOptions,
  inspectionOf,
  inspectRun,
} from './inspection/inspect-run.js';
export { parseRegion } from './inspection/region/parse-region.js';
export { spread } from './inspection/region/spread.js';
export { runIds } from './inspection/run-ids.js';
export type {
  Inspection,
  MeasuredValues,
  NamedView,
  RateCurve,
  RateCurvePoint,
  ShownAnchor,
  ShownCoding,
  ShownComparison,
  ShownFact,
  ShownHeatMap,
  ShownHeatMaps,
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
export { contactSheet, type SheetImage, type SheetRow, sheetFormats } from './reports/contact-sheet.js';
export { type PlotSeries, type RatePlotOptions, ratePlot } from './reports/rate-plot.js';
export { loadReportFont, REPORT_FONT } from './reports/report-font.js';
export { svgToPng } from './reports/svg-to-png.js';
export { textTable } from './reports/text-table.js';
export { type ShownSymbols, symbolsPage } from './symbols/symbols-page.js';
