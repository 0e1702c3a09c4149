import { basename } from 'node:path';
import { loadImage, type Wanted } from '@sandwich/data';
import type { NamedItem } from '@sandwich/evaluation';
import { type Picture, UnusableImage } from '@sandwich/pictures';

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
  const names = paths.map((path) => basename(path));
  const images: NamedItem<Picture>[] = [];
  for (const [i, path] of paths.entries()) {
    // Files of one name are told apart by their paths.
    const name = names.indexOf(names[i]) === names.lastIndexOf(names[i]) ? names[i] : path;
    try {
      images.push({ name, item: await loadImage(path, bitDepth, light) });
    } catch (error) {
      if (!(error instanceof UnusableImage)) throw error;
      note(`skipped: ${error.message}`);
    }
  }
  if (images.length === 0) throw new Error(`none of the ${paths.length} images is usable`);
  return images;
}
