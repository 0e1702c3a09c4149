import type { LabelledPictures } from '@sandwich/data';
import { checkLabels } from './check-labels.js';
import type { Recogniser } from './recogniser.js';

/**
 * Refuses labelled pictures that recognisers cannot judge, before any is decoded.
 *
 * @param crop side of the middle that is taken of each picture, pixels; default all of it
 * @throws Error for the first picture whose label is none of a recogniser's classes, or that is too small for it
 */
export function checkRecognisable(
  recognisers: readonly Pick<Recogniser, 'name' | 'classes' | 'smallestSide'>[],
  { labels, names, sizes }: Pick<LabelledPictures, 'labels' | 'names' | 'sizes'>,
  crop = Number.POSITIVE_INFINITY,
): void {
  for (const recogniser of recognisers) checkLabels(recogniser, labels, names);
  for (const [i, size] of sizes.entries()) {
    const [width, height] = [Math.min(size.width, crop), Math.min(size.height, crop)];
    for (const { name, smallestSide } of recognisers) {
      if (Math.min(width, height) < smallestSide) {
        throw new Error(
          `${names[i]} gives ${width} x ${height} pixels, and ${name} needs at least ${smallestSide} x ${smallestSide}`,
        );
      }
    }
  }
}
