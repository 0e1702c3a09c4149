import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { StoredTensor } from '@sandwich/engine';
import { writeFileAtomically } from '@sandwich/files';
import { missingFromArchitecture, type Sandwich } from '@sandwich/models';
import { loadRun } from './load-run.js';
import { encodePackedWeights, sha256 } from './packed-weights.js';
import { type PackedConfiguration, runFiles } from './run-directory.js';

const weightsOf = (model: Sandwich): Record<string, StoredTensor> =>
  Object.fromEntries(
    Object.entries(model.parameters).map(([path, variable]) => [
      path,
      { shape: variable.shape, values: variable.dataSync<'float32'>() },
    ]),
  );

/**
 * Writes what using a run takes into a folder of its own, small enough to share: `config.json` (architecture, settings, steps,
 * code version, SHA-256 of the weights) and `weights.safetensors`, the weights that are evaluated (their average where the
 * run kept one), rounded to float16. `loadRun` reads it; it needs no experiment file. The engine must have been started.
 *
 * @param run Its directory.
 * @param folder Empty or not there; it appears whole or not at all.
 * @param checkpoint As for `loadRun`.
 * @returns the configuration and the size of the weights' file in bytes
 * @throws Error when the run cannot be loaded or be packed, a weight is beyond float16, or the folder cannot be written
 */
export async function packRun(
  run: string,
  folder: string,
  checkpoint?: string,
): Promise<{ configuration: PackedConfiguration; bytes: number }> {
  const { configuration: loaded, settings, checkpoint: chosen, model } = await loadRun(run, checkpoint);
  try {
    const { architecture } = model;
    const missing = missingFromArchitecture(architecture);
    if (missing) throw new Error(`${run} cannot be packed: ${missing}`);
    const weights = encodePackedWeights(weightsOf(model));
    const configuration: PackedConfiguration = {
      experiment: loaded.experiment,
      settings,
      codeVersion: loaded.codeVersion,
      ...(loaded.initFrom !== undefined && { initFrom: loaded.initFrom }),
      step: chosen.step,
      weights: { type: 'float16', sha256: sha256(weights) },
      architecture,
    };
    await writeFolder(resolve(folder), configuration, weights);
    return { configuration, bytes: weights.length };
  } finally {
    model.dispose();
  }
}

async function writeFolder(folder: string, configuration: PackedConfiguration, weights: Uint8Array): Promise<void> {
  const temporary = `${folder}.${process.pid}.part`;
  try {
    await mkdir(dirname(folder), { recursive: true });
    await mkdir(temporary);
    const files = runFiles(temporary);
    await writeFileAtomically(files.weights, weights);
    await writeFileAtomically(files.configuration, `${JSON.stringify(configuration, null, 2)}\n`);
    // Takes the place of an empty folder, and of nothing else.
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR'
        ? 'there is something already; choose another, or remove it'
        : message;
    throw new Error(`${folder} cannot be written: ${reason}`, { cause: error });
  }
}
