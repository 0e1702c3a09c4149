import { basename } from 'node:path';
import { loadImage, type Wanted } from '@sandwich/data';
import type { NamedItem } from '@sandwich/evaluation';
import { type Picture, UnusableImage } from '@sandwich/pictures';

/** Names of items by their paths: those of files, with the whole path where two have the same. */
export function itemNames(paths: readonly string[]): string[] {
  const names = paths.map((path) => basename(path));
  return names.map((name, i) => (names.indexOf(name) === names.lastIndexOf(name) ? name : paths[i]));
}

/**
 * Decodes images.
 *
 * @param note hears of those that are left out because they are not usable
 * @throws Error when none is usable
 */
export async function loadImages(
  paths: readonly string[],
  { bitDepth, light }: Pick<Wanted, 'bitDepth' | 'light'>,
  note: (text: string) => void,
): Promise<NamedItem<Picture>[]> {
  const names = itemNames(paths);
  const images: NamedItem<Picture>[] = [];
  for (const [i, path] of paths.entries()) {
    try {
      images.push({ name: names[i], item: await loadImage(path, bitDepth, light) });
    } catch (error) {
      if (!(error instanceof UnusableImage)) throw error;
      note(`skipped: ${error.message}`);
    }
  }
  if (images.length === 0) throw new Error(`none of the ${paths.length} images is usable`);
  return images;
}
