import { resolve, sep } from 'node:path';

/**
 * Short names of runs: the last part of each directory's path, or as many as tell it from the others.
 *
 * @throws Error when a run is given twice
 */
export function runIds(directories: readonly string[]): string[] {
  const parts = directories.map((directory) => resolve(directory).split(sep));
  return parts.map((own, i) => {
    const others = parts.filter((_, k) => k !== i);
    for (let count = 1; count <= own.length; count++) {
      const ending = own.slice(-count).join(sep);
      if (!others.some((other) => other.slice(-count).join(sep) === ending)) return ending;
    }
    throw new Error(`the run ${directories[i]} is given twice`);
  });
}
