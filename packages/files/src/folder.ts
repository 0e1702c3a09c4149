import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Whether a folder is at a path; undefined when nothing is. */
async function folderAt(path: string): Promise<boolean | undefined> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/**
 * Checks, before work begins, that files can be written into a folder, or that the folder can be made.
 *
 * @param isMade whether the folder is made later when it is not there; else that is an error
 * @throws Error when something on the way is no folder, or cannot be written
 */
export async function checkFolder(folder: string, { isMade = true }: { isMade?: boolean } = {}): Promise<void> {
  let above = resolve(folder);
  let isFolder = await folderAt(above);
  if (isFolder === undefined && !isMade) throw new Error(`there is no folder ${folder}`);
  while (isFolder === undefined) {
    above = dirname(above);
    isFolder = await folderAt(above);
  }
  if (!isFolder) throw new Error(`${above === resolve(folder) ? folder : above} is no folder`);
  await access(above, constants.W_OK | constants.X_OK).catch((error) => {
    throw new Error(`the folder ${above} cannot be written`, { cause: error });
  });
}

/** Makes a folder and those above it that are not there. Node's `recursive` never returns where the system refuses with ENOENT, as /proc does. */
export async function makeFolder(folder: string): Promise<void> {
  const isFolder = await folderAt(folder);
  if (isFolder) return;
  if (isFolder === false) throw new Error(`ENOTDIR: not a directory, ${folder}`);
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  await mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
    // Another process may have been first.
    if (!(await folderAt(folder))) throw error;
  });
}
