import { stat } from 'node:fs/promises';
import { UnusableImage } from './unusable-image.js';

/** @throws UnusableImage for what is missing, empty or no regular file, of which reading might never come to an end */
export async function assertFile(path: string): Promise<void> {
  const entry = await stat(path).catch((error) => {
    throw new UnusableImage(path, `cannot be read (${error.code})`);
  });
  if (entry.isDirectory()) throw new UnusableImage(path, 'is a folder, not a file');
  if (!entry.isFile()) throw new UnusableImage(path, 'is no regular file');
  if (entry.size === 0) throw new UnusableImage(path, 'is empty (0 bytes)');
}
