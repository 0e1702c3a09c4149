export { type AdamOptions, adam } from './adam.js';
export { type Checkpoint, readCheckpoint, saveCheckpoint } from './checkpoint.js';
export {
  defineExperiment,
  type Experiment,
  resolveSettings,
  type Setting,
  type Settings,
  type TrainingSettings,
  trainingDefaults,
} from './experiment.js';
export { main } from './main.js';
export type { Optimizer, OptimizerState } from './optimizer.js';
export { type Budget, type TrainOptions, train } from './train.js';
export { computeGradients, type StepMetrics, type StepOptions } from './train-step.js';
