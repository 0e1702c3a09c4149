import { assertSomeUsable, type ImageSource } from '@sandwich/data';
import { cropOf } from './batch-images.js';
import type { TrainingSettings } from './experiment.js';
import { holdBack } from './held-back-images.js';

/**
 * Finds out whether a run can take its crops from images, by their headers alone; of images that are still to be made, by their size.
 *
 * @param limit how many of them are used, the first by name
 * @param note is called for each unusable image, if all are unusable
 * @throws Error when none can, or all would be held back
 */
export async function checkTrainingImages(
  source: ImageSource,
  settings: TrainingSettings,
  { limit, note }: { limit?: number; note: (text: string) => void },
): Promise<void> {
  const { validationImages, bitDepth } = settings;
  const crop = cropOf(settings);
  const upcoming = await source.upcoming();
  if (!upcoming) {
    const [, images] = holdBack((await source.images()).slice(0, limit), validationImages);
    return assertSomeUsable(images, { crop, bitDepth }, note);
  }
  holdBack(Array(Math.min(source.count, limit ?? source.count)).fill(''), validationImages);
  const { width, height } = upcoming;
  if (crop > Math.min(width, height)) {
    throw new Error(`synthetic images are ${width}x${height}, smaller than the crop, ${crop}x${crop}: give --images`);
  }
}
