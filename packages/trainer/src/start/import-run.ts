import { resolve } from 'node:path';
import type { EngineInfo } from '@sandwich/engine';
import type { Experiment } from '../experiment/load-experiment.js';
import type { Settings } from '../experiment/settings.js';
import { describeKind } from '../kinds/load-kind.js';
import { initialState, saveCheckpoint } from '../run/checkpoint.js';
import { codeVersion } from '../run/code-version.js';
import { checkpointFile, createRunDirectory, type RunConfiguration } from '../run/run-directory.js';
import type { System } from '../system.js';
import { DEFAULT_KEEP } from './training-options.js';

/** What is known of a system whose weights come from elsewhere. */
export interface ImportedRun {
  system: System;
  /** The experiment that describes such systems, with which the run can be trained further. */
  experiment: Experiment;
  settings: Settings;
  /** The file that the weights were read from. */
  source: string;
  engine: EngineInfo;
}

/** Makes a run directory of a system that was trained elsewhere: its weights are the checkpoint of step 0. */
export async function importRun(
  directory: string,
  { system, experiment, settings, source, engine }: ImportedRun,
): Promise<void> {
  const configuration: RunConfiguration = {
    experiment: experiment.name,
    experimentFile: experiment.file,
    settings,
    ...describeKind(system),
    architecture: system.architecture,
    images: `none: weights imported from ${resolve(source)}`,
    budget: {},
    checkpoints: { keep: DEFAULT_KEEP },
    codeVersion: codeVersion(),
    engine,
  };
  await createRunDirectory(directory, configuration);
  await saveCheckpoint(checkpointFile(directory, 0), system, initialState(), configuration);
}
