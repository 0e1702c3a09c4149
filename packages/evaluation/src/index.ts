/**
 * Coders compared: rates, measures, curves and results.
 *
 * @module @sandwich/evaluation
 */

export { type CodecCoderOptions, codecCoder } from './codec-coder.js';
export type { Coder, Coding } from './coder.js';
export { type Column, type Columns, type Curve, curveOf } from './curves/curve.js';
export { publishableCurve, writeCurve } from './curves/curve-file.js';
export { paretoFront } from './curves/pareto-front.js';
export { readPublishedCurves } from './curves/published-curve.js';
export {
  bestQualityAt,
  type Gain,
  gainOver,
  logSpaced,
  qualityAt,
  type RatePoint,
  rateAt,
} from './curves/rate-curve.js';
export { type Compared, type EvaluationOptions, evaluate, evaluateAll } from './evaluate.js';
export { type FileCoderOptions, fileCoder } from './file-coder.js';
export { describeMeasure, type Measure, type MeasureDescription } from './measure.js';
export type { NamedItem } from './measure-coders.js';
export { accuracy, type Classifier, type LabelledPicture } from './measures/accuracy.js';
export { knownMeasures } from './measures/known-measures.js';
export { lpipsMeasure } from './measures/lpips.js';
export { meanIou, type SegmentedPicture, type Segmenter } from './measures/mean-iou.js';
export { ofPicture, ofPictures } from './measures/of-parts.js';
export { type MeasuresOptions, measureNames, openMeasures } from './measures/open-measures.js';
export { meanErrorPsnr, meanPsnr, psnrMeasures, psnrOfMeanError } from './measures/psnr.js';
export { pqPsnr } from './measures/psnr-pq.js';
export { recognitionKey, recognitionMeasure } from './measures/recognition.js';
export { ssimMeasures } from './measures/ssim.js';
export { fitDecibelCurve, fitSimilarityCurve } from './rate-distortion/fit-curve.js';
export { matchQuality } from './rate-distortion/match-quality.js';
export { measureFile } from './rate-distortion/measure-file.js';
export { type RateDistortionRow, rateDistortionCsv } from './rate-distortion/rate-distortion-row.js';
export { type BdRate, bdRatesOf, NO_VALUES } from './results/bd-rates.js';
export { type GainAt, type GroupGain, gainsOf, meanGain } from './results/gains.js';
export { type RateChange, rateChangesOf } from './results/rate-changes.js';
export { parseResults, readResults } from './results/read-results.js';
export {
  anchorsOf,
  type Circumstances,
  type CoderResults,
  groupOf,
  groupsOf,
  type ItemResults,
  type MeasuredCodec,
  type Results,
} from './results/results.js';
export { comparedWithStated, readStatedResults, type StatedResults, statedOn } from './results/stated-results.js';
export { type BootstrapOptions, bootstrapInterval } from './statistics/bootstrap-interval.js';
export { wilsonInterval } from './statistics/wilson-interval.js';
