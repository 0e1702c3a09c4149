import { readlink, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** As many as Linux follows. */
const MOST_LINKS = 40;

/**
 * The path at which writing to a path ends: that itself, or where its symbolic links lead, also when nothing is there yet.
 *
 * @throws Error when links lead in a circle, or through a folder that is not there
 */
export async function linkTarget(path: string): Promise<string> {
  let target = path;
  for (let followed = 0; followed < MOST_LINKS; followed++) {
    let link: string;
    try {
      link = await readlink(target);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EINVAL' || code === 'ENOENT' || code === 'ENOTDIR') return target;
      throw error;
    }
    target = resolve(await realpath(dirname(target)), link);
  }
  throw new Error(`${path}: its symbolic links lead in a circle`);
}
