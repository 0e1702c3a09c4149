import { join } from 'node:path';
import { checkFolder, checkOutputs, type OutputRules } from '@sandwich/files';
import { checkNotInPacked } from '../packed/packed-folder.js';
import { checkNewRunDirectory } from './run-directory.js';

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
