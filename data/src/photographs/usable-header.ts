import { type PictureHeader, UnusableImage } from '@sandwich/pictures';
import { type Light, readImageHeader } from './load-image.js';

/** What images are wanted for. */
export interface Wanted {
  /** They must be as wide and high, pixels. */
  crop?: number;
  /** Bits a sample. */
  bitDepth: number;
  /** Default `display`. */
  light?: Light;
}

/** The header of a file that can be used as far as that shows, or why it cannot. */
export async function usableHeader(
  path: string,
  { crop = 1, bitDepth, light }: Wanted,
): Promise<PictureHeader | UnusableImage> {
  try {
    const header = await readImageHeader(path, bitDepth, light);
    const { width, height } = header;
    if (width < crop || height < crop)
      throw new UnusableImage(path, `is ${width}x${height}, smaller than the crop, ${crop}x${crop}`);
    return header;
  } catch (error) {
    if (error instanceof UnusableImage) return error;
    throw error;
  }
}

const SHOWN = 5;

/** An error for a caller whose images can all not be used, with the first few of the reasons. */
export function noneUsable(skipped: readonly UnusableImage[], caller: string): Error {
  const shown = skipped.slice(0, SHOWN).map((error) => `\n  ${error.message}`);
  const more = skipped.length > shown.length ? `\n  and ${skipped.length - shown.length} more` : '';
  return new Error(`${caller}: none of the ${skipped.length} images is usable:${shown.join('')}${more}`);
}

/**
 * Looks for one image that can be used, by the headers alone.
 *
 * @param note is called for each unusable image, if all are unusable
 * @throws Error naming the first few, and why
 */
export async function assertSomeUsable(
  paths: readonly string[],
  wanted: Wanted,
  note: (text: string) => void,
): Promise<void> {
  const skipped: UnusableImage[] = [];
  for (const path of paths) {
    const header = await usableHeader(path, wanted);
    if (!(header instanceof UnusableImage)) return;
    skipped.push(header);
  }
  for (const { message } of skipped) note(`skipped: ${message}`);
  throw noneUsable(skipped, 'assertSomeUsable');
}
