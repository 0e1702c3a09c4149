import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, extname, resolve, sep } from 'node:path';
import { glob } from 'tinyglobby';
import { mapConcurrently } from '../map-concurrently.js';
import { avoidsLinksUp, filesBelow } from './files-below.js';

const EXTENSIONS = ['png', 'jpg', 'jpeg', 'webp', 'tif', 'tiff', 'gif'];
const IMAGE_EXTENSION = new RegExp(`\\.(${EXTENSIONS.join('|')})$`, 'i');

/** Whether a path ends as those of image files do. */
export const isImageName = (path: string): boolean => IMAGE_EXTENSION.test(path);

/** The paths of a list file: one a line, relative to the list; empty lines and those that begin with `#` do not count. */
async function readList(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  const paths = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (paths.length === 0) throw new Error(`findImages: '${file}': the list names no file`);
  return eachFileOnce(paths.map((path) => resolve(dirname(file), path)));
}

/** The paths without those that lead, through links, to a file that an earlier one leads to. */
async function eachFileOnce(paths: string[]): Promise<string[]> {
  const files = await mapConcurrently(paths, 64, (path) => realpath(path).catch(() => path));
  const seen = new Set<string>();
  return paths.filter((_, i) => seen.size < seen.add(files[i]).size);
}

/** The files that match a glob, but for those behind links that lead up. */
async function matching(pattern: string): Promise<string[]> {
  const files = await glob(pattern, { absolute: true, expandDirectories: false });
  const known = new Map<string, Promise<boolean>>();
  const isOwn = await mapConcurrently(files, 64, (file) => avoidsLinksUp(file, known));
  return files.filter((_, i) => isOwn[i]);
}

const depth = (path: string) => path.split(sep).length;

/**
 * The image files that a path stands for: a folder with all below it, a glob (`photos/**\/*.png`), a list file
 * (`photos.txt`, see `readList`), or a single image. Whether they can be used, or are there at all, is not looked at.
 *
 * @returns absolute paths, or the file as it was given; those of a list in its order, others sorted by character code,
 *   so that the order is the same everywhere. Links to folders are followed, but for those to a folder in which they lie; a file that
 *   links reach by several paths is there once, by the shortest.
 * @throws if there is no image, naming the path
 */
export async function findImages(path: string): Promise<string[]> {
  const entry = await stat(path).catch(() => undefined);
  if (entry?.isFile()) return extname(path).toLowerCase() === '.txt' ? readList(path) : [path];

  const found = entry?.isDirectory() ? await filesBelow(resolve(path)) : await matching(path);
  const shortestFirst = found
    .filter(isImageName)
    .sort()
    .sort((a, b) => depth(a) - depth(b));
  const images = (await eachFileOnce(shortestFirst)).sort();
  if (images.length === 0) {
    const reason = entry ? 'the folder holds no' : 'no such file or folder, and as a glob it matches no';
    throw new Error(`findImages: '${path}': ${reason} image (${EXTENSIONS.join(', ')})`);
  }
  return images;
}
