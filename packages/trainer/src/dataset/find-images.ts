import { stat } from 'node:fs/promises';
import { glob } from 'tinyglobby';

const EXTENSIONS = ['png', 'jpg', 'jpeg', 'webp', 'tif', 'tiff', 'gif'];
const HAS_IMAGE_EXTENSION = new RegExp(`\\.(${EXTENSIONS.join('|')})$`, 'i');

/**
 * The image files that a path stands for: a folder with all below it, a glob (`photos/**\/*.png`), or a single file.
 * Whether they can be used is not looked at.
 *
 * @returns absolute paths, or the file as it was given, sorted by character code, so that the order is the same
 *   everywhere
 * @throws if there is no image, naming the path
 */
export async function findImages(pathOrGlob: string): Promise<string[]> {
  const entry = await stat(pathOrGlob).catch(() => undefined);
  if (entry?.isFile()) return [pathOrGlob];

  const found = entry?.isDirectory()
    ? await glob('**', { cwd: pathOrGlob, absolute: true, dot: false })
    : await glob(pathOrGlob, { absolute: true, expandDirectories: false });
  const images = found.filter((path) => HAS_IMAGE_EXTENSION.test(path)).sort();
  if (images.length === 0) {
    const reason = entry ? 'the folder holds no' : 'no such file or folder, and as a glob it matches no';
    throw new Error(`findImages: '${pathOrGlob}': ${reason} image (${EXTENSIONS.join(', ')})`);
  }
  return images;
}
