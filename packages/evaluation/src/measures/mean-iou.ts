import type { Picture } from '@sandwich/pictures';
import type { Measure } from '../measure.js';

/** A picture and the class of each of its pixels. */
export interface SegmentedPicture {
  picture: Picture;
  /** Row by row. */
  labels: ArrayLike<number>;
}

/** The class of each pixel, row by row, of each of some pictures. */
export type Segmenter = (pictures: readonly Picture[]) => Promise<readonly ArrayLike<number>[]>;

/** Counts of pixels by their class and the one found, `classes` x `classes`, row by row. */
function confusion(labels: ArrayLike<number>, found: ArrayLike<number>, classes: number, ignored: number): number[] {
  if (found.length !== labels.length) {
    throw new RangeError(`mean IoU: ${labels.length} pixels have a label, ${found.length} were found`);
  }
  const counts = new Array<number>(classes * classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === ignored) continue;
    for (const value of [labels[i], found[i]]) {
      if (!(value >= 0 && value < classes)) throw new RangeError(`mean IoU: there is no class ${value} of ${classes}`);
    }
    counts[labels[i] * classes + found[i]]++;
  }
  return counts;
}

/** Mean over the classes that occur, in truth or as found, of intersection over union. */
function meanIouOf(counts: readonly number[], classes: number): number {
  const ious: number[] = [];
  for (let c = 0; c < classes; c++) {
    let union = -counts[c * classes + c];
    for (let other = 0; other < classes; other++) union += counts[c * classes + other] + counts[other * classes + c];
    if (union > 0) ious.push(counts[c * classes + c] / union);
  }
  return ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
}

/**
 * Mean intersection over union of what a network finds in what comes out of a coder: of the pixels of all items together, mean over the
 * classes that occur, 0 to 1.
 *
 * @param ignored label of pixels that do not count, default 255
 * @throws RangeError for a class that there is not, or another number of pixels
 */
export function meanIou(
  segment: Segmenter,
  { classes, ignored = 255 }: { classes: number; ignored?: number },
): Measure<SegmentedPicture> {
  return {
    key: 'miou',
    label: 'mean IoU',
    better: 'more',
    digits: 4,
    async perItem({ labels }, outputs) {
      const found = await segment(outputs.map(({ picture }) => picture));
      return found.map((each) => confusion(labels, each, classes, ignored));
    },
    aggregate: (items) =>
      meanIouOf(
        items.reduce((sum, counts) => sum.map((count, i) => count + counts[i])),
        classes,
      ),
  };
}
