import { join } from 'node:path';
import { isInPlace } from './fetch-dataset.js';
import { manifest } from './manifest.js';

/**
 * The files of a public data set in a folder that holds it whole: every file of the manifest, with its checksum. Other files of the
 * folder are left aside.
 *
 * @returns their paths, in the manifest's order
 * @throws Error naming the files that are missing or others
 */
export async function datasetFiles(name: string, directory: string): Promise<string[]> {
  const { files } = manifest[name];
  const paths = files.map((file) => join(directory, file.name));
  const inPlace = await Promise.all(files.map(({ sha256 }, i) => isInPlace(paths[i], sha256).catch(() => false)));
  const lacking = files.filter((_, i) => !inPlace[i]).map((file) => file.name);
  if (lacking.length === 0) return paths;
  const shown = lacking.slice(0, 3).join(', ') + (lacking.length > 3 ? ', ...' : '');
  throw new Error(
    `${directory} does not hold ${name} whole: ${lacking.length} of ${files.length} files are missing or have another checksum ` +
      `(${shown}); complete it with 'sandwich data fetch ${name} --to ${directory}'`,
  );
}
