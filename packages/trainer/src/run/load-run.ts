import type { StoredTensor } from '@sandwich/engine';
import { loadExperiment } from '../experiment/load-experiment.js';
import { resolveSettings, type Settings } from '../experiment/settings.js';
import { loadKind } from '../kinds/load-kind.js';
import { readPackedWeights } from '../packed/packed-weights.js';
import { architectureDifferences, settingsNow, systemOf } from '../start/training-plan.js';
import type { System, SystemKind } from '../system.js';
import { type Checkpoint, evaluationWeights, readCheckpoint, restoreParameters, variablesOf } from './checkpoint.js';
import {
  checkpointFile,
  isPacked,
  type PackedConfiguration,
  type RunConfiguration,
  readLastCheckpoint,
  readRunDescription,
  runFiles,
} from './run-directory.js';

/** A run's system with the weights of one of its checkpoints. */
export interface TrainedRun {
  configuration: RunConfiguration | PackedConfiguration;
  settings: Settings;
  /** The checkpoint's file, and how many steps it had seen. */
  checkpoint: { file: string; step: number };
  kind: SystemKind;
  /** The caller's to dispose. */
  system: System;
}

/** Takes a remark for people. */
export type Note = (text: string) => void;

const onStandardError: Note = (text) => process.stderr.write(`${text}\n`);

/** The checkpoint asked for: the last that can be used, `best`, or a file. */
async function chosenCheckpoint(
  run: string,
  asked: string | undefined,
  note: Note,
): Promise<Checkpoint & { file: string }> {
  if (asked !== undefined && asked !== 'best') return { ...(await readCheckpoint(asked)), file: asked };
  const last = await readLastCheckpoint(run, (_, reason) => note(reason));
  if (last === undefined) throw new Error(`${run} has no checkpoint`);
  if (asked === undefined || last.best === null) return last;
  const file = checkpointFile(run, last.best.step);
  return { ...(await readCheckpoint(file)), file };
}

async function chosenWeights(
  run: string,
  configuration: TrainedRun['configuration'],
  asked: string | undefined,
  note: Note,
) {
  if (!isPacked(configuration)) {
    const checkpoint = await chosenCheckpoint(run, asked, note);
    return { file: checkpoint.file, step: checkpoint.step, weights: evaluationWeights(checkpoint) };
  }
  if (asked !== undefined) {
    throw new Error(`${run} is a packed run: it has one set of weights and no checkpoint ${asked}; leave that out`);
  }
  const { weights: file } = runFiles(run);
  return { file, step: configuration.step, weights: await readPackedWeights(file, configuration.weights.sha256) };
}

/**
 * The weights of a run, by path: of its last checkpoint that can be used, or of a packed run.
 *
 * @throws Error when the directory holds no run, there is no checkpoint, or weights are damaged
 */
export const readWeights = async (run: string): Promise<Record<string, StoredTensor>> =>
  (await chosenWeights(run, await readRunDescription(run), undefined, onStandardError)).weights;

/** Builds the system from the architecture in the configuration, or from the experiment's file where there is none or JSON cannot hold all of it. */
async function systemOfRun(
  run: string,
  configuration: TrainedRun['configuration'],
  kind: SystemKind,
): Promise<{ system: System; settings: Settings }> {
  const { architecture, settings } = configuration;
  let missing: string | undefined;
  try {
    if (architecture !== undefined) {
      missing = kind.missing?.(architecture);
      if (missing === undefined) return { system: kind.build(architecture), settings };
    }
  } catch (error) {
    throw new Error(`the architecture in ${runFiles(run).configuration}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const reason = missing ?? 'an older version wrote it, without the architecture';
  if (isPacked(configuration) || configuration.experimentFile === undefined) {
    throw new Error(`${run} cannot be loaded: ${reason}`);
  }
  const { definition } = await loadExperiment(configuration.experimentFile).catch((error) => {
    throw new Error(`${run} needs the file of its experiment (${reason}): ${(error as Error).message}`, {
      cause: error,
    });
  });
  const now = resolveSettings(definition, settingsNow(definition, settings));
  const system = await systemOf(definition, now);
  const differences = architecture === undefined ? [] : architectureDifferences(architecture, system.architecture);
  if (differences.length === 0) return { system, settings: now };
  system.dispose();
  throw new Error(
    `${configuration.experimentFile} is not the experiment that ${run} was trained with: ${differences.join('; ')}; restore the file`,
  );
}

/**
 * Loads a run's system: that of a training, or one that `packRun` has written. The engine must have been started.
 *
 * @param run Its directory.
 * @param checkpoint A file or `best`; default the last that can be used. A packed run has none to choose from.
 * @param note Hears of checkpoints that cannot be used and are passed over; default standard error.
 * @throws Error when the directory holds no run, its kind of system is not registered (saying what to import), there is no such checkpoint,
 * weights are damaged or do not fit the system, or the run needs its experiment's file, which is not there.
 */
export async function loadRun(run: string, checkpoint?: string, note = onStandardError): Promise<TrainedRun> {
  const configuration = await readRunDescription(run);
  const { file, step, weights } = await chosenWeights(run, configuration, checkpoint, note);
  const kind = await loadKind(configuration, run);
  const { system, settings } = await systemOfRun(run, configuration, kind);
  try {
    restoreParameters(variablesOf(system), weights);
  } catch (error) {
    system.dispose();
    throw error;
  }
  return { configuration, settings, checkpoint: { file, step }, kind, system };
}
