import type { Sandwich } from '@sandwich/models';
import { type Checkpoint, evaluationWeights, readCheckpoint, restoreParameters } from './checkpoint.js';
import { createSandwich } from './create-sandwich.js';
import { assignmentsOf, type Experiment, resolveSettings, type TrainingSettings } from './experiment.js';
import { loadExperiment } from './load-experiment.js';
import { checkpointFile, type RunConfiguration, readLastCheckpoint, readRunConfiguration } from './run-directory.js';

/** A run's networks with the weights of one of its checkpoints. */
export interface TrainedRun {
  configuration: RunConfiguration;
  experiment: Experiment;
  settings: TrainingSettings;
  /** The checkpoint's file, and how many steps it had seen. */
  checkpoint: { file: string; step: number };
  /** The caller's to dispose. */
  model: Sandwich;
}

/** The checkpoint asked for: the last that can be used, `best`, or a file. */
async function chosenCheckpoint(run: string, asked: string | undefined): Promise<Checkpoint & { file: string }> {
  if (asked !== undefined && asked !== 'best') return { ...(await readCheckpoint(asked)), file: asked };
  const last = await readLastCheckpoint(run, (_, reason) => process.stderr.write(`${reason}\n`));
  if (last === undefined) throw new Error(`${run} has no checkpoint`);
  if (asked === undefined || last.best === null) return last;
  const file = checkpointFile(run, last.best.step);
  return { ...(await readCheckpoint(file)), file };
}

/**
 * Loads a run's networks. The engine must have been started.
 *
 * @param run Its directory.
 * @param checkpoint A file or `best`; default the last that can be used.
 * @throws Error when the directory holds no run, there is no such checkpoint, or the weights do not fit the networks.
 */
export async function loadRun(run: string, checkpoint?: string): Promise<TrainedRun> {
  const configuration = await readRunConfiguration(run);
  const { file, step, ...stored } = await chosenCheckpoint(run, checkpoint);
  const { experiment } = await loadExperiment(configuration.experimentFile);
  const settings = resolveSettings(experiment, assignmentsOf(configuration.settings));
  const model = createSandwich(experiment, settings);
  try {
    restoreParameters(model.parameters, evaluationWeights({ step, ...stored }));
  } catch (error) {
    model.dispose();
    throw error;
  }
  return { configuration, experiment, settings, checkpoint: { file, step }, model };
}
