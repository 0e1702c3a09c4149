import { basename, extname, join } from 'node:path';
import { checkInteger } from '@sandwich/engine';
import { checkOutputs, makeFolder } from '@sandwich/files';
import { reducePicture, writePicture } from '@sandwich/pictures';
import { findImages } from './find-images.js';
import { loadImage } from './load-image.js';

/** Options of `reduceImages`. */
export interface ReduceImagesOptions {
  /** Folder, glob, list (.txt) or file of photographs of 8 bits a sample. */
  images: string;
  /** Where the reduced ones go; made where it is missing. */
  directory: string;
  /** Divisor of height and width, a whole number of at least 2. */
  factor: number;
  /** Whether files that are there may be replaced, but for the photographs themselves. Default false. */
  force?: boolean;
  /** Called after each image. */
  onProgress?: (progress: { done: number; count: number; file: string }) => void;
}

/**
 * Makes photographs of 16 bits a sample of those of 8, by reducing them with a Lanczos filter: a sample is the weighted mean of
 * factor^2 and more, and so takes values between the 256 levels. Writes PNG files of the same names; columns and rows
 * beyond a multiple of the factor are left off.
 *
 * @returns the paths
 * @throws RangeError when the factor is not a whole number of at least 2
 * @throws Error before any is made, when a file is there, without `force`, or is one of the photographs, two would have one name, or the
 * folder cannot be written; when a photograph cannot be used, or is smaller than the factor
 */
export async function reduceImages({
  images,
  directory,
  factor,
  force,
  onProgress,
}: ReduceImagesOptions): Promise<string[]> {
  checkInteger('reduceImages', 'factor', factor, 2);
  const files = await findImages(images);
  const paths = files.map((file) => join(directory, `${basename(file, extname(file))}.png`));
  const twin = paths.findIndex((path, i) => paths.indexOf(path) < i);
  if (twin >= 0)
    throw new Error(`${files[paths.indexOf(paths[twin])]} and ${files[twin]} would both be ${paths[twin]}`);
  await checkOutputs(paths, { inputs: files, force, makesFolders: true });
  await makeFolder(directory);
  for (const [i, file] of files.entries()) {
    const reduced = await reducePicture(await loadImage(file), factor).catch((error: Error) => {
      throw new Error(`${file}: ${error.message}`, { cause: error });
    });
    await writePicture(paths[i], reduced);
    onProgress?.({ done: i + 1, count: files.length, file: paths[i] });
  }
  return paths;
}
