import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/**
 * Whether a link leads to a folder in which it lies itself: whoever follows it comes back to it, with all that lies beside the folder that
 * was meant.
 */
async function leadsUp(link: string): Promise<boolean> {
  return isWithin(await realpath(dirname(link)), await realpath(link));
}

/** Whether a path goes through no link that leads up. @param known answers for folders, which are added to */
export async function avoidsLinksUp(path: string, known: Map<string, Promise<boolean>>): Promise<boolean> {
  const folder = dirname(path);
  if (folder === path) return true;
  const answer = known.get(folder) ?? passes(folder, known);
  known.set(folder, answer);
  return answer;
}

async function passes(folder: string, known: Map<string, Promise<boolean>>): Promise<boolean> {
  if (!(await avoidsLinksUp(folder, known))) return false;
  return !(await lstat(folder)).isSymbolicLink() || !(await leadsUp(folder));
}

/**
 * The files of a folder and of all below it, without those whose names, or whose folders' names, begin with a dot. Links to folders are
 * followed, but not those that lead up, and none back to a folder from which it was reached. Folders that cannot be read are passed over.
 */
export async function filesBelow(folder: string, above: readonly string[] = []): Promise<string[]> {
  const real = await realpath(folder);
  if (above.includes(real)) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.name.startsWith('.')) return [];
      if (entry.isSymbolicLink()) {
        const isFolder = await stat(path).then(
          (target) => target.isDirectory(),
          () => false,
        );
        if (!isFolder) return [path];
        return (await leadsUp(path)) ? [] : filesBelow(path, [...above, real]);
      }
      return entry.isDirectory() ? filesBelow(path, [...above, real]) : [path];
    }),
  );
  return found.flat();
}
