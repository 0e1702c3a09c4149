import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { storedTensors } from '@sandwich/engine';
import { linkTarget, makeFolder, temporaryPath, writeFilesAtomically } from '@sandwich/files';
import { describeKind } from '../kinds/load-kind.js';
import { variablesOf } from '../run/checkpoint.js';
import { loadRun } from '../run/load-run.js';
import { guardFolder } from '../run/outputs.js';
import { type PackedConfiguration, runFiles } from '../run/run-directory.js';
import { encodePackedWeights, sha256 } from './packed-weights.js';

const OCCUPIED = 'there is something already; choose another, or remove it';

/**
 * Writes what using a run takes into a folder of its own, small enough to share: `config.json` (architecture, settings, steps,
 * code version, SHA-256 of the weights) and `weights.safetensors`, the weights that are evaluated (their average where the
 * run kept one), rounded to what its kind says, by default float16. `loadRun` reads it; it needs no experiment file. The engine must have been started.
 *
 * @param run Its directory.
 * @param folder Empty or not there; it appears whole or not at all.
 * @param checkpoint As for `loadRun`.
 * @returns the configuration and the size of the weights' file in bytes
 * @throws Error when the folder is not empty, lies in packed networks or cannot be written, the run cannot be loaded or be packed, or a
 * weight is beyond float16
 */
export async function packRun(
  run: string,
  folder: string,
  checkpoint?: string,
): Promise<{ configuration: PackedConfiguration; bytes: number }> {
  await checkPackFolder(folder);
  const { configuration: loaded, settings, kind, checkpoint: chosen, system } = await loadRun(run, checkpoint);
  try {
    const { architecture } = system;
    const missing = kind.missing?.(architecture);
    if (missing) throw new Error(`${run} cannot be packed: ${missing}`);
    const type = kind.packedWeights ?? 'float16';
    const weights = encodePackedWeights(storedTensors(variablesOf(system)), type);
    const configuration: PackedConfiguration = {
      ...describeKind(system),
      experiment: loaded.experiment,
      settings,
      codeVersion: loaded.codeVersion,
      ...(loaded.initFrom !== undefined && { initFrom: loaded.initFrom }),
      step: chosen.step,
      weights: { type, sha256: sha256(weights) },
      architecture,
    };
    await writeFolder(await linkTarget(resolve(folder)), configuration, weights);
    return { configuration, bytes: weights.length };
  } finally {
    system.dispose();
  }
}

/** @throws Error when packing into a folder would write over something */
async function checkPackFolder(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') return [folder];
    throw error;
  });
  if (entries.length > 0) throw new Error(`${folder} cannot be written: ${OCCUPIED}`);
  await guardFolder(folder);
}

async function writeFolder(folder: string, configuration: PackedConfiguration, weights: Uint8Array): Promise<void> {
  const temporary = temporaryPath(folder);
  try {
    await makeFolder(dirname(folder));
    await mkdir(temporary);
    const files = runFiles(temporary);
    await writeFilesAtomically({
      [files.weights]: weights,
      [files.configuration]: `${JSON.stringify(configuration, null, 2)}\n`,
    });
    // Takes the place of an empty folder, and of nothing else.
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR' ? OCCUPIED : message;
    throw new Error(`${folder} cannot be written: ${reason}`, { cause: error });
  }
}
