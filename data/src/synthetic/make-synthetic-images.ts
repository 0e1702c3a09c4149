import { join } from 'node:path';
import { checkOutputs, makeFolder } from '@sandwich/files';
import { writePicture } from '@sandwich/pictures';
import { synthesizeImage } from './synthesize-image.js';

/** Options of `makeSyntheticImages`. */
export interface MakeSyntheticImagesOptions {
  /** Made if it is not there. */
  directory: string;
  /** How many images. */
  count: number;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** Image number i is drawn from `seed + i`. */
  seed: number;
  /** Bits per sample, 8 (default) or 16. */
  bits?: 8 | 16;
  /** Whether files that are there may be replaced. Default false. */
  force?: boolean;
  /** Called when an image has been written. */
  onProgress?: (progress: { done: number; count: number; path: string }) => void;
}

/**
 * Writes synthetic images as PNG files `synthetic-<seed>.png` (see `synthesizeImage`), about a tenth of a second each
 * at 512x512. Every file is whole or absent, at any time.
 *
 * @returns the paths, in the order of the seeds
 * @throws Error before any image is made, when one of the files is there, without `force`, or the directory cannot be written
 * @example
 * const size = { width: 512, height: 512 };
 * const paths = await makeSyntheticImages({ directory: 'runs/synthetic', count: 32, ...size, seed: 1 });
 */
export async function makeSyntheticImages(options: MakeSyntheticImagesOptions): Promise<string[]> {
  const { directory, count, width, height, seed, bits = 8, force, onProgress } = options;
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`makeSyntheticImages: count must be a positive integer, got ${count}`);
  }
  const paths = Array.from({ length: count }, (_, i) =>
    join(directory, `synthetic-${String(seed + i).padStart(4, '0')}.png`),
  );
  await checkOutputs(paths, { force, makesFolders: true });
  await makeFolder(directory);
  for (const [i, path] of paths.entries()) {
    await writePicture(path, synthesizeImage({ width, height, seed: seed + i, bits }));
    onProgress?.({ done: i + 1, count, path });
  }
  return paths;
}
