import type { Picture } from '@sandwich/pictures';
import type { Measure } from '../measure.js';
import { meanOverItems } from './mean.js';

/** A picture and the class that it shows. */
export interface LabelledPicture {
  picture: Picture;
  /** Index of the class. */
  label: number;
}

/** Scores of all classes for each of some pictures, more for what is more likely. */
export type Classifier = (pictures: readonly Picture[]) => Promise<readonly ArrayLike<number>[]>;

/** How many classes have a higher score than one; of equal scores the first class is the higher. */
function rankOf(scores: ArrayLike<number>, label: number): number {
  let rank = 0;
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] > scores[label] || (scores[i] === scores[label] && i < label)) rank++;
  }
  return rank;
}

/**
 * The share of pictures whose class is among the `k` that a classifier finds most likely in what comes out of a coder, 0 to 1.
 *
 * @param k default 1
 * @throws RangeError for a label without a score
 */
export function accuracy(classify: Classifier, { k = 1 }: { k?: number } = {}): Measure<LabelledPicture> {
  return {
    key: `top-${k}`,
    label: `top-${k} accuracy`,
    better: 'more',
    digits: 4,
    async perItem({ label }, outputs) {
      const scores = await classify(outputs.map(({ picture }) => picture));
      return scores.map((each) => {
        if (!(label in each))
          throw new RangeError(`top-${k} accuracy: there is no class ${label} among ${each.length}`);
        return [rankOf(each, label) < k ? 1 : 0];
      });
    },
    aggregate: meanOverItems,
  };
}
