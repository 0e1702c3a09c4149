import { loadImage } from '@sandwich/data';
import { UnusableImage } from '@sandwich/pictures';
import type { LoadedImage } from './evaluate.js';

/**
 * Decodes images to a bit depth.
 *
 * @param note hears of those that are left out because they are not usable
 * @throws Error when none is usable
 */
export async function loadImages(
  paths: readonly string[],
  bitDepth: number,
  note: (text: string) => void,
): Promise<LoadedImage[]> {
  const images: LoadedImage[] = [];
  for (const path of paths) {
    try {
      images.push({ path, image: await loadImage(path, bitDepth) });
    } catch (error) {
      if (!(error instanceof UnusableImage)) throw error;
      note(`skipped: ${error.message}`);
    }
  }
  if (images.length === 0) throw new Error(`none of the ${paths.length} images is usable`);
  return images;
}
