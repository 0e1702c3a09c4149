import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOutputs, makeFolder, writeFileAtomically } from '@sandwich/files';
import { type DatasetFile, manifest } from './manifest.js';

/** Options of `fetchDataset` and `fetchFiles`. */
export interface FetchOptions {
  /** Called once a file is in place, whether it was downloaded or already there. */
  onProgress?: (progress: { file: string; done: number; count: number; downloaded: boolean }) => void;
  /** Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Whether files that are there with other checksums may be replaced. Default false. */
  force?: boolean;
}

/**
 * Downloads a public data set of the manifest into a folder, which is made if need be. Files that are there already
 * with the right checksum are kept, so a second call resumes; a file is written only once its checksum is right. So a file with another
 * one is somebody else's, or damaged.
 *
 * @returns the paths of the files, in the manifest's order
 * @throws Error when the name is unknown, a file is there with another checksum, without `force`, an address cannot be reached, a
 *   download's checksum differs, or the folder cannot be written
 * @example
 * const onProgress = ({ done, count }) => console.log(`${done}/${count}`);
 * const paths = await fetchDataset('kodak', 'data/kodak', { onProgress });
 */
export async function fetchDataset(name: string, directory: string, options: FetchOptions = {}): Promise<string[]> {
  if (!Object.hasOwn(manifest, name)) {
    throw new Error(`fetchDataset: there is no data set '${name}'; known are ${Object.keys(manifest).join(', ')}`);
  }
  return fetchFiles(manifest[name].files, directory, options);
}

/** Downloads the listed files into a folder, under the rules of `fetchDataset`. */
export async function fetchFiles(
  files: DatasetFile[],
  directory: string,
  options: FetchOptions = {},
): Promise<string[]> {
  const paths = files.map(({ name }) => join(directory, name));
  const missing = new Set<string>();
  for (const [i, { sha256: checksum }] of files.entries()) {
    if (!(await isInPlace(paths[i], checksum))) missing.add(paths[i]);
  }
  await checkOutputs([...missing], { force: options.force, makesFolders: true });
  await makeFolder(directory);
  for (const [i, file] of files.entries()) {
    const path = paths[i];
    const downloaded = missing.has(path);
    if (downloaded) await writeFileAtomically(path, await download(file, options.fetch ?? globalThis.fetch));
    options.onProgress?.({ file: file.name, done: i + 1, count: files.length, downloaded });
  }
  return paths;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Whether a file is there, with that SHA-256. */
export async function isInPlace(path: string, checksum: string): Promise<boolean> {
  try {
    return sha256(await readFile(path)) === checksum;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function download(file: DatasetFile, fetch: typeof globalThis.fetch): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    const response = await fetch(file.address);
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`);
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    // fetch says only "fetch failed" and keeps the reason in its cause
    const { message, cause } = error as Error & { cause?: Error & { code?: string } };
    const reason = cause ? (cause.code ?? cause.message) : message;
    throw new Error(
      `fetchDataset: could not download ${file.address} (${reason}); check the network and run it again, or get the file by other means`,
      { cause: error },
    );
  }
  const checksum = sha256(bytes);
  if (checksum !== file.sha256) {
    throw new Error(
      `fetchDataset: ${file.address} has the SHA-256 ${checksum}, not ${file.sha256} as the manifest says; it was not kept`,
    );
  }
  return bytes;
}
