/**
 * Training of systems that objectives describe: runs, checkpoints, logs, sweeps.
 *
 * @module @sandwich/trainer
 */

export { commandHint } from './command-hint.js';
export { type DescendOptions, descend } from './descend.js';
export type { CommonValues } from './distributed/differences.js';
export { launchProcesses } from './distributed/launch-processes.js';
export { type Environment, hasRank, type Place, placeIn } from './distributed/place.js';
export { slurmStep } from './distributed/slurm-step.js';
export type { Agreement, TrainingGroup } from './distributed/training-group.js';
export { configurationRows } from './experiment/configuration-rows.js';
export { type DataOptions, defineObjective, type ObjectiveDefinition } from './experiment/define-objective.js';
export { entryName } from './experiment/entry-name.js';
export { type Experiment, listExperiments, loadExperiment } from './experiment/load-experiment.js';
export {
  checkNumbers,
  type NumberRules,
  parseAssignments,
  resolveSettings,
  resolveStoredSettings,
  type Setting,
  type Settings,
  type SettingsDefinition,
  type TrainingSettings,
  trainingDefaults,
} from './experiment/settings.js';
export { describeKind, type KindDescription } from './kinds/load-kind.js';
export { systemKey } from './kinds/system-key.js';
export { registeredKind, registeredKinds, registerKind } from './kinds/system-kinds.js';
export { type JsonLinesOptions, jsonLines } from './logging/json-lines.js';
export type { LoggedRun, Logger, Moment, Outcome } from './logging/logger.js';
export { type MlflowOptions, mlflow } from './logging/mlflow/mlflow.js';
export type { Time } from './logging/mlflow/time.js';
export { checkLogger } from './logging/open-loggers.js';
export { pngFiles } from './logging/png-files.js';
export type { ProgressStream } from './logging/progress.js';
export { tensorBoard } from './logging/tensorboard.js';
export { type TensorBoardOptions, TensorBoardWriter } from './logging/tensorboard-writer.js';
export { Interrupted, interruptible, SignalListener } from './loop/interruption.js';
export { type LearningRateSettings, learningRateAt } from './loop/learning-rate.js';
export { STEPS_BETWEEN_IMAGES } from './loop/step-recorder.js';
export type { TrainingOutcome } from './loop/train.js';
export { type TrainOptions, train } from './loop/train.js';
export type { StepEvent, TrainingListener } from './loop/training-listener.js';
export { type AdamOptions, adam } from './optimizers/adam.js';
export { type Averaging, average, type WeightAverage } from './optimizers/average.js';
export { chain } from './optimizers/chain.js';
export { clip } from './optimizers/clip.js';
export { clipByNorm } from './optimizers/clip-by-norm.js';
export { frozen } from './optimizers/frozen.js';
export type { Clock, Gradients, Optimizer, OptimizerMemory } from './optimizers/optimizer.js';
export { partition } from './optimizers/partition.js';
export { project } from './optimizers/project.js';
export { type BallNorm, projectBall } from './optimizers/project-ball.js';
export { scale } from './optimizers/scale.js';
export { cosineDecay, type Schedule } from './optimizers/schedule.js';
export { type SgdOptions, sgd } from './optimizers/sgd.js';
export { sign } from './optimizers/sign.js';
export { packRun } from './packed/pack-run.js';
export type { PackedType } from './packed/packed-weights.js';
export { zooFolder } from './packed/zoo.js';
export { reasonOf } from './reason-of.js';
export type { Budget } from './run/budget.js';
export { budgetOf, DEFAULT_STEPS } from './run/budget.js';
export {
  type Checkpoint,
  initialState,
  type OptimizerState,
  readCheckpoint,
  restoreParameters,
  type Slot,
  type Standing,
  saveCheckpoint,
  type TrainingState,
} from './run/checkpoint.js';
export { codeVersion } from './run/code-version.js';
export { loadRun, type Note, type TrainedRun } from './run/load-run.js';
export { guardFolder, guardNewRun, guardOutputs } from './run/outputs.js';
export { isOwn, type ResultsFolder, resultsFolder } from './run/results-folder.js';
export type { CheckpointPolicy, PackedConfiguration, RunConfiguration, RunDescription } from './run/run-directory.js';
export {
  checkpointFile,
  createRunDirectory,
  isPacked,
  listCheckpoints,
  readRunDescription,
  runFiles,
} from './run/run-directory.js';
export { type Interval, type RecordMoment, RunLog, type RunLogOptions } from './run/run-log.js';
export { quoted } from './shell-word.js';
export { checkPlan } from './start/check-plan.js';
export { type ImportedRun, importRun } from './start/import-run.js';
export type { FinishedTraining } from './start/prepare-training.js';
export { describeTraining, startTraining } from './start/start-training.js';
export { DEFAULT_KEEP, type StartTrainingOptions } from './start/training-options.js';
export { planNewRun, systemOf, type TrainingPlan } from './start/training-plan.js';
export { gradientsOf } from './step/gradients-of.js';
export type { StepMetrics } from './step/metrics.js';
export type { Noise } from './step/noise.js';
export type { Inputs, Phase } from './step/phase.js';
export { TrainingStep, type TrainingStepOptions } from './step/training-step.js';
export { grid } from './sweep/grid.js';
export {
  continuesSweep,
  type RunStatus,
  readSweep,
  runId,
  type Sweep,
  type SweepRun,
  settingFolder,
  statusOf,
  sweepFile,
  sweepRunDirectory,
  writeSweep,
} from './sweep/sweep.js';
export type {
  Contest,
  EvaluationRequest,
  HeatMap,
  HeatMaps,
  Metrics,
  Objective,
  Purpose,
  System,
  SystemExports,
  SystemKind,
} from './system.js';
