import { open, rename, rm, stat } from 'node:fs/promises';
import { linkTarget } from './link-target.js';
import { temporaryPath } from './temporary-path.js';

/** What is at a path, links followed; undefined when nothing is. */
const statIfThere = (path: string) =>
  stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

/**
 * Writes files that belong together: each under a temporary name beside its own, flushed to disk; when all are there, they are renamed.
 * Whoever looks sees an old file or a new one, whole. When writing fails, no file has changed and nothing is left behind. What is there is
 * replaced: see `checkOutputs`. A replaced file's permissions stay; of a symbolic link the target is written.
 *
 * @param files content by path
 * @throws Error naming the file that cannot be written, or that is no file but a folder or a device
 */
export async function writeFilesAtomically(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const written: { path: string; temporary: string; target: string }[] = [];
  let path = '';
  try {
    for (const [name, content] of Object.entries(files)) {
      path = name;
      const target = await linkTarget(path);
      const there = await statIfThere(target);
      if (there && !there.isFile()) throw new Error('it is there and is no file');
      const temporary = temporaryPath(target);
      written.push({ path, temporary, target });
      const file = await open(temporary, 'wx');
      try {
        if (there) await file.chmod(there.mode & 0o777);
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
    }
    for (const { path: name, temporary, target } of written) {
      path = name;
      await rename(temporary, target);
    }
  } catch (error) {
    for (const { temporary } of written) await rm(temporary, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    // The system's message names the temporary file.
    const reason = code === undefined ? message : message.split(',', 1)[0];
    throw new Error(`${path} cannot be written: ${reason}`, { cause: error });
  }
}

/** Writes one file under the rules of `writeFilesAtomically`. */
export const writeFileAtomically = (path: string, content: string | Uint8Array): Promise<void> =>
  writeFilesAtomically({ [path]: content });
