import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';

/**
 * Checks before work begins that a file can be written.
 *
 * @param input must be another file
 * @throws Error when its folder is not there, it is itself, without `force`, or it is the input
 */
export async function checkOutput(output: string, input: string, force: boolean): Promise<void> {
  const folder = await stat(dirname(output)).catch(() => undefined);
  if (!folder?.isDirectory()) throw new Error(`${output} cannot be written: there is no folder ${dirname(output)}`);
  if (!existsSync(output)) return;
  const [there, read] = await Promise.all([stat(output), stat(input).catch(() => undefined)]);
  if (there.ino === read?.ino && there.dev === read.dev) throw new Error(`${output} is the input: choose another name`);
  if (!there.isFile()) throw new Error(`${output} is there and is no file`);
  if (!force) throw new Error(`${output} is there; choose another name, or overwrite it with --force`);
}

/** What a file's extension stands for. */
export function byExtension<Value>(path: string, kinds: Record<string, Value>): Value {
  const extension = extname(path).toLowerCase();
  if (!Object.hasOwn(kinds, extension)) {
    throw new Error(`${path}: its extension must be one of ${Object.keys(kinds).join(', ')}`);
  }
  return kinds[extension];
}
