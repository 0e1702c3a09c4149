import { join } from 'node:path';
import { formats } from '@sandwich/codecs';
import { checkFolder, checkOutputs, type OutputRules } from '@sandwich/files';
import { evaluationFiles } from './evaluation/evaluation-files.js';
import { checkNotInPacked } from './packed-folder.js';
import { checkNewRunDirectory, listCheckpoints, runFiles } from './run-directory.js';

/**
 * What every command asks before it begins to work: whether its files can be written, and nothing is lost by it.
 *
 * @throws Error as `checkOutputs`, or when an output lies in packed networks
 */
export async function guardOutputs(outputs: readonly string[], rules: OutputRules): Promise<void> {
  await checkNotInPacked(outputs);
  await checkOutputs(outputs, rules);
}

/** The same for a folder whose files are not known yet. */
export async function guardFolder(folder: string): Promise<void> {
  await checkNotInPacked([join(folder, 'file')]);
  await checkFolder(folder);
}

/** The same for the directory of a new run. */
export async function guardNewRun(directory: string): Promise<void> {
  await checkNotInPacked([join(directory, 'file')]);
  await checkNewRunDirectory(directory);
}

/** Files of a run that commands read. */
export async function filesOfRun(directory: string): Promise<string[]> {
  const { configuration, metrics, weights } = runFiles(directory);
  const results = Object.keys(formats).map((name) => evaluationFiles(directory, name).results);
  return [configuration, metrics, weights, ...results, ...(await listCheckpoints(directory))];
}
