import type { ImageSource } from './image-source.js';
import type { Light } from './photographs/load-image.js';
import { assertSomeUsable } from './photographs/usable-header.js';

/**
 * Finds out whether a run can be judged on images, by their headers alone. Those that are still to be made can be used.
 *
 * @param options.choose those of the images that will be used; default all
 * @param options.note is called for each unusable image, if all are unusable
 * @throws Error when none can
 */
export async function checkEvaluationImages(
  source: ImageSource,
  options: { choose?(paths: string[]): string[]; bitDepth: number; light?: Light; note: (text: string) => void },
): Promise<void> {
  const { choose = (paths) => paths, bitDepth, light, note } = options;
  if (await source.upcoming()) return;
  await assertSomeUsable(choose(await source.images()), { bitDepth, light }, note);
}
