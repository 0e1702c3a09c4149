import { basename } from 'node:path';
import { loadImage, type Wanted } from '@sandwich/data';
import type { NamedItem } from '@sandwich/evaluation';
import { type Picture, UnusableImage } from '@sandwich/pictures';

/** Names of items by their paths: those of files, with the whole path where two have the same. */
function itemNames(paths: readonly string[]): string[] {
  const names = paths.map((path) => basename(path));
  return names.map((name, i) => (names.indexOf(name) === names.lastIndexOf(name) ? name : paths[i]));
}

/**
 * Decodes items one after the other.
 *
 * @param paths of the items, which make their names
 * @param decode makes the item of a place in `paths`
 * @param note hears of those that are left out because they are not usable
 * @throws Error when none is usable
 */
export async function loadItems(
  paths: readonly string[],
  decode: (i: number) => Promise<Picture>,
  note: (text: string) => void,
): Promise<NamedItem<Picture>[]> {
  const items: NamedItem<Picture>[] = [];
  for (const [i, name] of itemNames(paths).entries()) {
    try {
      items.push({ name, item: await decode(i) });
    } catch (error) {
      if (!(error instanceof UnusableImage)) throw error;
      note(`skipped: ${error.message}`);
    }
  }
  if (items.length === 0) throw new Error(`none of the ${paths.length} images is usable`);
  return items;
}

/** Decodes images; see `loadItems`. */
export const loadImages = (
  paths: readonly string[],
  { bitDepth, light }: Pick<Wanted, 'bitDepth' | 'light'>,
  note: (text: string) => void,
): Promise<NamedItem<Picture>[]> => loadItems(paths, (i) => loadImage(paths[i], bitDepth, light), note);
