import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file under a temporary name beside its own, flushes it to disk, then renames it: whoever looks sees the
 * old file or the new one, whole. When that fails nothing is left behind.
 */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
