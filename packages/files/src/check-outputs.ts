import { lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkFolder } from './folder.js';
import { linkTarget } from './link-target.js';

/** What may be written over, for `checkOutputs`. */
export interface OutputRules {
  /** Files that are read. No output may be one of them, whatever its name: not even with `force`. */
  inputs?: readonly string[];
  /** Whether what is there may be replaced. */
  force?: boolean;
  /** Whether these are names that the caller has for files of its own, in a folder of its own: what is there may be replaced, but for links. */
  own?: boolean;
  /** Whether folders that are not there are made later. Default false: they are errors. */
  makesFolders?: boolean;
}

const ifThere = (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
};

/** The same for all names of a file: links, hard links, other paths to its folder. */
async function identityOf(path: string): Promise<string | undefined> {
  const there = await stat(path, { bigint: true }).catch(ifThere);
  return there && `${there.dev}:${there.ino}`;
}

const SHOWN = 3;

/**
 * Checks, before work begins, that files can be written and that nothing is lost by it.
 *
 * @throws Error when an output is also an input; is there, without `force`; is a folder or a device; or when its folder is not there or
 * cannot be written
 */
export async function checkOutputs(outputs: readonly string[], rules: OutputRules = {}): Promise<void> {
  const { inputs = [], force = false, own = false, makesFolders = false } = rules;
  const read = new Map<string, string>();
  for (const input of inputs) {
    const identity = await identityOf(input);
    if (identity !== undefined) read.set(identity, input);
  }
  const folders = new Set<string>();
  const present: string[] = [];
  for (const output of outputs) {
    folders.add(dirname(await linkTarget(output)));
    const there = await lstat(output).catch(ifThere);
    if (there === undefined) continue;
    const target = await stat(output).catch(ifThere);
    if (target && !target.isFile()) throw new Error(`${output} is there and is no file; choose another name`);
    const input = read.get((await identityOf(output)) ?? '');
    if (input !== undefined) {
      const same = input === output ? '' : `, as ${input}`;
      throw new Error(`${output} is also an input${same}: choose another name`);
    }
    if (!own || there.isSymbolicLink()) present.push(output);
  }
  if (present.length > 0 && !force) {
    const rest = present.length > SHOWN ? ` and ${present.length - SHOWN} more` : '';
    const which = `${present.slice(0, SHOWN).join(', ')}${rest}`;
    throw new Error(
      present.length === 1
        ? `${which} is there already; choose another name, or overwrite it with --force`
        : `${which} are there already; choose another folder, or overwrite them with --force`,
    );
  }
  for (const folder of folders) {
    await checkFolder(folder, { isMade: makesFolders }).catch((error: Error) => {
      const output = outputs.find((path) => dirname(path) === folder) ?? outputs[0];
      throw new Error(`${output} cannot be written: ${error.message}`, { cause: error });
    });
  }
}
