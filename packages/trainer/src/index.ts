export { type AdamOptions, adam } from './adam.js';
export type { Budget } from './budget.js';
export { type Checkpoint, readCheckpoint, saveCheckpoint } from './checkpoint.js';
export { findImages } from './dataset/find-images.js';
export type { Batch, DatasetOptions, ImageDataset } from './dataset/image-dataset.js';
export { loadImage, UnusableImage } from './dataset/load-image.js';
export { openDataset } from './dataset/open-dataset.js';
export { type DistortionMix, loadDistortions, lpipsWeightsFile } from './distortions.js';
export { evaluateSystem, type SystemResult } from './evaluation/evaluate.js';
export { loadLpipsMetrics } from './evaluation/lpips-metric.js';
export type { Measure, Metric } from './evaluation/metric.js';
export { type Gain, gainOver, qualityAt, type RatePoint, rateAt } from './evaluation/rate-curve.js';
export { ssimMetric } from './evaluation/ssim-metric.js';
export { annexKSettings, type CodecSetting, flatSettings, type System } from './evaluation/system.js';
export {
  defineExperiment,
  type Experiment,
  resolveSettings,
  type Setting,
  type Settings,
  type TrainingSettings,
  trainingDefaults,
} from './experiment.js';
export { listExperiments, loadExperiment } from './load-experiment.js';
export { TensorBoardWriter } from './logging/tensorboard-writer.js';
export { main } from './main.js';
export type { Optimizer, OptimizerState } from './optimizer.js';
export { type TrainOptions, train } from './train.js';
export { computeGradients, type StepMetrics, type StepOptions } from './train-step.js';
