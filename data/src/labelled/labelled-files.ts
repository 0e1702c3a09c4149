import {
  type Picture,
  type PictureHeader,
  readPicture,
  readPictureHeader,
  toRgb,
  toSrgb,
  UnusableImage,
} from '@sandwich/pictures';
import { concurrencyLimit } from '../concurrency-limit.js';
import { ImageCache } from '../image-cache.js';
import { mapConcurrently } from '../map-concurrently.js';
import { DEFAULT_CACHE_BYTES, DEFAULT_CONCURRENCY } from '../photographs/image-dataset.js';
import { assertSdr, assertUnchanged } from '../photographs/load-image.js';
import { noneUsable } from '../photographs/usable-header.js';
import { missingClasses } from './classes.js';
import type { LabelledOptions } from './labelled-options.js';
import type { LabelledPictures } from './labelled-pictures.js';

/** A file, and the index of its class. */
export interface LabelledFile {
  path: string;
  label: number;
}

async function headerOf(path: string): Promise<PictureHeader | UnusableImage> {
  try {
    const header = await readPictureHeader(path);
    assertSdr(path, header);
    return header;
  } catch (error) {
    if (error instanceof UnusableImage) return error;
    throw error;
  }
}

async function load(path: string, before: PictureHeader): Promise<Picture<Uint8Array, 3>> {
  const check = (header: PictureHeader) => {
    assertUnchanged(path, header, before);
    assertSdr(path, header);
  };
  return toRgb(toSrgb(await readPicture(path, { check }), 8) as Picture<Uint8Array>);
}

/**
 * Pictures in files of their own. Their headers are checked now; those that cannot be used are noted and left out.
 *
 * @param where for people: the folder or list that names them
 * @throws Error when none can be used, naming the first few and why
 */
export async function openLabelledFiles(
  labelled: readonly LabelledFile[],
  classes: readonly string[],
  where: string,
  { concurrency = DEFAULT_CONCURRENCY, cacheBytes = DEFAULT_CACHE_BYTES, note }: LabelledOptions,
): Promise<LabelledPictures> {
  const headers = await mapConcurrently([...labelled], DEFAULT_CONCURRENCY, ({ path }) => headerOf(path));
  const usable: { path: string; label: number; header: PictureHeader }[] = [];
  const skipped: UnusableImage[] = [];
  for (const [i, header] of headers.entries()) {
    if (header instanceof UnusableImage) skipped.push(header);
    else usable.push({ ...labelled[i], header });
  }
  for (const { message } of skipped) note(`skipped: ${message}`);
  if (usable.length === 0) throw noneUsable(skipped, 'openLabelledPictures');
  const missing = missingClasses(
    classes,
    usable.map(({ label }) => label),
  );
  if (missing) note(missing);

  const byPath = new Map(usable.map(({ path, header }) => [path, header]));
  const limited = concurrencyLimit(concurrency);
  const cache = new ImageCache((path) => limited(() => load(path, byPath.get(path)!)), cacheBytes);
  return {
    description: `${usable.length} pictures of ${classes.length} classes of ${where}`,
    classes,
    labels: Int32Array.from(usable, ({ label }) => label),
    names: usable.map(({ path }) => path),
    sizes: usable.map(({ header: { width, height } }) => ({ width, height })),
    picture: (index) => cache.get(usable[index].path),
  };
}
